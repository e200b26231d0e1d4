"""The definitions in force: look-up by kind and key, frozen after start.

``load`` is what a site starts with: it reads the catalogs and one profile with its chain,
checks everything, and answers with a ``Rulebook`` or with every fault at once.  ``check``
says what is wrong without needing anything to be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hoso.definitions.catalogs import Catalogs, read_catalogs
from hoso.definitions.crosscheck import check_catalogs
from hoso.definitions.crosscheck_profile import check_deployment
from hoso.definitions.deployments import Deadline, Profile, RoleMatrix, Workflow
from hoso.definitions.digest import fingerprint
from hoso.definitions.faults import DefinitionFaults, Finding
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.profiles import Deployment, profile_names, read_deployment
from hoso.definitions.values import (
    DocumentType,
    DossierType,
    IndexDefinition,
    Level,
    RetentionClass,
    RetentionRule,
    SecrecyLaw,
    Section,
    Term,
    Trigger,
    Vocabulary,
    WayOfLeaving,
)
from hoso.kernel.errors import Missing

__all__ = ["Rulebook", "check", "load", "load_from"]


@dataclass(frozen=True)
class Rulebook:
    """Everything declared, for one deployment."""

    profile: Profile
    vocabularies: Mapping[str, Vocabulary]
    levels: Mapping[int, Level]
    secrecy_laws: Mapping[str, SecrecyLaw]
    sections: Mapping[str, Section]
    document_types: Mapping[str, DocumentType]
    dossier_types: Mapping[str, DossierType]
    retention_rules: Mapping[str, RetentionRule]
    retention_classes: Mapping[str, RetentionClass]
    triggers: Mapping[str, Trigger]
    leaving: Mapping[str, WayOfLeaving]
    deadlines: Mapping[str, Deadline]
    workflows: Mapping[str, Workflow]
    roles: RoleMatrix
    indexes: Mapping[str, IndexDefinition]
    digest: str

    @property
    def statuses(self) -> Mapping[str, Term]:
        """The standings of a person's dossier, by code."""
        return self.vocabularies["dossier-status"].terms

    @property
    def forms(self) -> Mapping[str, Term]:
        """The forms of documents, by abbreviation."""
        return self.vocabularies["document-form"].terms

    def secrecy_law(self, day: str) -> SecrecyLaw | None:
        """Return the law under which a secret of an ISO date was determined, where it is known."""
        laws = self.secrecy_laws.values()
        return next((law for law in laws if law.in_force_on(day)), None)

    def rule_for(self, retention_class: str, ended: str) -> RetentionRule:
        """Return the rule for work of a class that ended on an ISO date."""
        try:
            found = self.retention_classes[retention_class]
        except KeyError:
            raise Missing(
                "There is no retention class {name!r}; there are: {known}.",
                name=retention_class,
                known=", ".join(self.retention_classes),
            ) from None
        return next(
            rule
            for rule in (self.retention_rules[key] for key in found.rules)
            if rule.in_force_on(ended)
        )


def load(home: Path, profile: str) -> Rulebook:
    """Read one deployment; raise ``DefinitionFaults`` that list every fault."""
    return load_from(DefinitionFiles(home), profile)


def load_from(files: DefinitionFiles, profile: str) -> Rulebook:
    """Read one deployment from files that lie elsewhere, or are others in part."""
    catalogs = read_catalogs(files)
    check_catalogs(files, catalogs)
    deployment = read_deployment(files, profile, catalogs.vocabularies)
    check_deployment(files, catalogs, deployment)
    findings = files.findings()
    if findings:
        raise DefinitionFaults(findings)
    return _rulebook(catalogs, deployment, fingerprint(files.digests))


def check(home: Path, profile: str | None = None) -> list[Finding]:
    """Return what is wrong in the catalogs and in one profile, or in every one."""
    files = DefinitionFiles(home)
    catalogs = read_catalogs(files)
    check_catalogs(files, catalogs)
    names = profile_names(files) if profile is None else [profile]
    if not names:
        files.fault(Place("profiles", 1), "There is no profile; add one, with a profile.toml.")
    for name in names:
        check_deployment(files, catalogs, read_deployment(files, name, catalogs.vocabularies))
    return files.findings()


def _rulebook(catalogs: Catalogs, deployment: Deployment, digest: str) -> Rulebook:
    return Rulebook(
        profile=deployment.profile,
        vocabularies=catalogs.vocabularies,
        levels=catalogs.levels,
        secrecy_laws=catalogs.secrecy_laws,
        sections=catalogs.sections,
        document_types=catalogs.document_types,
        dossier_types=catalogs.dossier_types,
        retention_rules=catalogs.retention_rules,
        retention_classes=catalogs.retention_classes,
        triggers=catalogs.triggers,
        leaving=catalogs.leaving,
        deadlines=deployment.deadlines,
        workflows=deployment.workflows,
        roles=deployment.roles,
        indexes=catalogs.indexes,
        digest=digest,
    )
