"""Words for the codes that acts and records carry: states, outcomes, verbs, permissions.

Every code a page may meet has its word here; a test holds the lists against the desk's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.web.language import Language
from hoso.web.shapes import Badge

__all__ = [
    "DONE",
    "DUE",
    "FACETS",
    "IMPORT_FIELDS",
    "IMPORT_STATES",
    "KINDS_OF_FILE",
    "LEARNT_FIELDS",
    "LIST_HEADINGS",
    "LIST_KINDS",
    "LOOSENED",
    "ORDERS",
    "OUTCOMES",
    "PERMIT_STATES",
    "REASONS",
    "RETENTION",
    "ROW_OUTCOMES",
    "SEVERITIES",
    "SOURCES",
    "STATES",
    "SUGGESTED",
    "VERBS",
    "Word",
    "badge",
    "say",
]


@dataclass(frozen=True)
class Word:
    """What a code is called, and the tone of its badge."""

    text: str
    tone: str = ""


STATES = {
    "received": Word("Received"),
    "reading": Word("Being read"),
    "waiting": Word("Waits for checking", "warn"),
    "filed": Word("Filed", "good"),
    "quarantined": Word("In quarantine", "bad"),
    "refused": Word("Refused", "bad"),
    "split": Word("Split"),
    "withdrawn": Word("Withdrawn", "warn"),
}

# Why a dossier may be the one a paper belongs in.
REASONS = {
    "meant": Word("it was taken in for this dossier"),
    "code": Word("its code stands on the paper"),
    "number": Word("a number of the person stands on the paper"),
    "name": Word("the paper is about this name"),
    "name-in-text": Word("the name stands in the text"),
    "birth": Word("the date of birth stands on the paper"),
    "other-birth": Word("the paper states another date of birth"),
}

# What is learnt from corrections, by the field of a paper's form.
LEARNT_FIELDS = {
    "type": Word("Kind of paper"),
    "form": Word("Form of paper"),
    "symbol": Word("Symbol"),
    "agency": Word("Issued by"),
    "signer": Word("Signed by"),
    "title": Word("Beginning of the subject"),
}

OUTCOMES = {
    "done": Word("Done", "good"),
    "refused": Word("Refused", "bad"),
    "failed": Word("Failed", "bad"),
    "received": Word("Received", "good"),
    "duplicate": Word("Here already", "warn"),
    "again": Word("Here already in this batch", "warn"),
}

# What a column of an import's list may be (``ingest.bulk.fields``).
IMPORT_FIELDS = {
    "file": Word("File name"),
    "dossier": Word("Dossier number"),
    "person": Word("Person concerned"),
    "birth_date": Word("Date of birth"),
    "type": Word("Kind of paper"),
    "form": Word("Form"),
    "reference": Word("Number and symbol"),
    "number": Word("Number"),
    "symbol": Word("Symbol"),
    "date": Word("Date of the paper"),
    "agency": Word("Issued by"),
    "title": Word("Subject"),
    "signer": Word("Signed by"),
    "level": Word("Level"),
    "box": Word("Box"),
    "position": Word("Position in the box"),
}

IMPORT_STATES = {
    "new": Word("Being opened"),
    "open": Word("Waits for you", "warn"),
    "checking": Word("Being checked"),
    "running": Word("Under way"),
    "stopped": Word("Stopped", "warn"),
    "done": Word("Done", "good"),
    "failed": Word("Cannot be read", "bad"),
}

# How a row of a list may end (``desk.taking_rows``).
ROW_OUTCOMES = {
    "filed": Word("Filed", "good"),
    "waiting": Word("Waits in the tray", "warn"),
    "here": Word("Here already"),
    "elsewhere": Word("Here, but elsewhere", "bad"),
    "left-out": Word("Left out", "bad"),
}

# What a finding about a row means for it (``ingest.bulk.findings``).
SEVERITIES = {
    "stop": Word("Left out", "bad"),
    "wait": Word("Will wait", "warn"),
    "note": Word("Note"),
}

DUE = {
    "due": Word("Due", "warn"),
    "not-due": Word("Kept"),
    "permanent": Word("Permanent"),
    "unknown": Word("Date unknown", "warn"),
    "held": Word("On hold", "warn"),
}

# States of retention a search may be narrowed to (``search.values.RETENTION``).
RETENTION = {
    "permanent": Word("Permanent"),
    "running": Word("Kept"),
    "due": Word("Due"),
    "held": Word("On hold"),
    "unknown": Word("Date unknown"),
}

KINDS_OF_FILE = {
    "application/pdf": Word("PDF"),
    "image/tiff": Word("TIFF image"),
    "image/jpeg": Word("JPEG image"),
    "image/png": Word("PNG image"),
    "text/plain": Word("plain text"),
    "text/csv": Word("table as text"),
    "application/json": Word("data for programs"),
}

FACETS = {
    "type": Word("Kind of paper"),
    "form": Word("Form of paper"),
    "year": Word("Year"),
    "unit": Word("Unit"),
    "level": Word("Level"),
    "section": Word("Section"),
    "status": Word("State"),
    "standing": Word("Standing of the person"),
    "agency": Word("Issued by"),
    "retention": Word("Retention"),
    "dossier": Word("Dossier"),
}

ORDERS = {
    "relevance": Word("best first"),
    "date": Word("newest first"),
    "date-asc": Word("oldest first"),
    "name": Word("by name"),
    "name-desc": Word("by name, from the end"),
    "filed": Word("filed last"),
    "filed-asc": Word("filed first"),
}

# What is suggested while one types, beside people (``desk.searching``).
SUGGESTED = {
    "number": Word("number of a paper"),
    "agency": Word("agency that issued papers"),
}

# What a list may be taken out as.
LIST_KINDS = {
    "xlsx": Word("Excel workbook (XLSX)"),
    "csv": Word("table as text (CSV)"),
}

# Columns and parts of a list that is taken out (``desk.list_files``).
LIST_HEADINGS = {
    "dossier": Word("Dossier"),
    "person": Word("Person"),
    "kind": Word("Kind of paper"),
    "section": Word("Section"),
    "title": Word("Subject"),
    "form": Word("Form"),
    "number": Word("Number"),
    "symbol": Word("Symbol"),
    "date": Word("Date of the paper"),
    "agency": Word("Issued by"),
    "signer": Word("Signed by"),
    "unit": Word("Unit"),
    "level": Word("Level"),
    "state": Word("State"),
    "filed": Word("Filed"),
    "pages": Word("Pages"),
    "id": Word("Id"),
    "query": Word("What is asked"),
    "filters": Word("Narrowed to"),
    "below": Word("Unit, with all below it"),
    "by": Word("Taken out by"),
    "at": Word("Taken out at"),
    "purpose": Word("Purpose"),
    "list": Word("List"),
    "about": Word("About this list"),
}

# Where a request to a second person stands (``desk.permits``).
PERMIT_STATES = {
    "asked": Word("Waits for a second person", "warn"),
    "agreed": Word("Agreed", "good"),
}

# What an account is for (``access.model``).
ACCOUNT_KINDS = {
    "personal": Word("Personal account: the own dossier"),
    "management": Word("Management account"),
}

# How somebody signed in (``access.model.Session.how``).
WAYS_IN = {
    "password": Word("password"),
    "password+code": Word("password and code"),
    "password+recovery": Word("password and recovery code"),
    "passkey": Word("passkey"),
    "provider": Word("sign-in service"),
    "provider+factor": Word("sign-in service with second factor"),
}

# How far words were loosened to find enough, where that should be said (``search.plan``).
LOOSENED = {
    "similar": Word("Nothing has the words as typed; names one letter off were looked for too."),
    "most": Word("No paper has all the words; these have most of them."),
}

# Where the text of a page came from (``ingest.model.Reading.sources``).
SOURCES = {
    "": Word(""),
    "layer": Word("text of the file itself"),
    "ocr": Word("read from the picture"),
    "converted": Word("old Vietnamese fonts converted"),
    "none": Word("no text"),
}

# What is said at the top of the next page after something was done.
DONE = {
    "saved": Word("Saved."),
    "filed": Word("The paper is filed."),
    "forgotten": Word("The lesson is forgotten; what was filed stays as it is."),
    "learning-off": Word("Here nothing is learnt and nothing learnt is shown."),
    "learning-on": Word("Here corrections are learnt, and shown from the third paper on."),
    "unfiled": Word("The filing is undone; the paper lies in the tray again."),
    "compared": Word("Noted: compared with the paper, with your name and the day."),
    "set-aside": Word("The paper is set aside, in quarantine."),
    "access-granted": Word("It is opened."),
    "access-taken": Word("It is taken back; what another decision opened stays open."),
    "walled": Word("There is a wall round the dossier now."),
    "unwalled": Word("The wall is gone; roles held at units count again."),
    "consent-asked": Word("The request is sent."),
    "consent-given": Word("The consent is given; what it opens can be read from its first day."),
    "consent-refused": Word("The request is refused; the asker finds your reason."),
    "consent-ended": Word("The consent is ended; what it opened is shut."),
    "consent-withdrawn": Word("The request is taken back."),
    "second-asked": Word("Asked for. It is done when a second person has agreed."),
    "second-agreed": Word("You agreed. It can be done now, by somebody else than you."),
    "second-refused": Word("You refused; nothing is done."),
    "second-withdrawn": Word("The request is taken back; nothing is done."),
    "second-done": Word("Done, with the agreement of a second person."),
    "split-planned": Word("The scan will be split in a moment."),
    "arranged": Word("The pages are in order; the scan stays as it came."),
    "joined": Word("The scan waits again as one paper."),
    "page-sent": Word("The new scan is stored; it takes its place as soon as it is read."),
    "rescanned": Word("The new scan is shown; the first one is kept."),
    "released": Word("The paper is taken in again and will be read."),
    "withdrawn": Word("The paper is withdrawn from the dossier."),
    "opened": Word("The dossier is open."),
    "status": Word("The new status is recorded."),
    "transferred": Word("The dossier is handed over."),
    "closed": Word("The dossier is closed."),
    "held": Word("The hold is in force."),
    "lifted": Word("The hold is lifted."),
    "granted": Word("The role is given."),
    "revoked": Word("The role is taken away."),
    "locked": Word("The account is shut."),
    "unlocked": Word("The account is open again."),
    "cleared": Word("The clearance is changed."),
    "factor-reset": Word("The second factor is reset."),
    "factor-removed": Word("The generator is removed."),
    "recovery-code-used": Word("A recovery code was used; it opens nothing any more."),
    "passkey-added": Word("The passkey is added. You were signed out everywhere else."),
    "passkey-removed": Word("The passkey is removed."),
    "sessions-ended": Word("Ended."),
    "linked": Word("The sign-in at the provider is tied to this account."),
    "unlinked": Word("The sign-in at the provider is untied."),
    "tied": Word("The dossier is tied to this account."),
    "moved-account": Word("The account belongs to another unit now."),
    "account-kept": Word("The account stays open."),
    "password": Word("The new password is saved."),
    "received": Word("All files were received; none was lost."),
    "place-added": Word("The place is added."),
    "place-moved": Word("The place is moved, with all that is in it."),
    "place-ended": Word("The place is not used any more."),
    "paper-moved": Word("The paper has its place."),
    "mark-determined": Word("The determination is recorded."),
    "mark-extended": Word("The extension is recorded."),
    "mark-raised": Word("The higher level is recorded."),
    "mark-lowered": Word("The lower level is recorded."),
    "mark-lifted": Word("It is recorded; the paper bears no mark any more."),
    "notice-sent": Word("It is noted that the holders were told."),
    "seals-opened": Word("The seals are open; the files will be read."),
    "seal-opened": Word("The seal is open; the file will be read."),
    "stub-made": Word("The description is filed. Now say where the sheet lies."),
    "lent": Word("The paper is lent."),
    "file-whole": Word("The file is whole now; it is at risk no longer."),
    "file-not-whole": Word("The file is still not what came in."),
    "file-mended": Word("The file was mended from the second copy."),
    "file-lost": Word("The loss was stated."),
    "returned": Word("The paper is back."),
    "extended": Word("The loan may last longer."),
    "count-opened": Word("The stock-take is open. Read the labels."),
    "count-closed": Word("The stock-take is closed."),
    "search-kept": Word("The search is saved."),
    "search-forgotten": Word("The saved search is removed."),
    "news-noted": Word("Noted: you have seen what was new."),
    "permit-asked": Word("A second person is asked; you will find the answer here."),
    "signed-out": Word("You have signed out."),
    "batch-opened": Word("The batch is open. Now scan, and send the files here."),
    "batch-closed": Word("The batch is closed."),
    "batch-reopened": Word("The batch is open again."),
    "receipt-made": Word("The receipt is made and signed."),
    "key-taken-back": Word("The key is taken back; nothing opens with it any more."),
}

VERBS = {
    "account.created": Word("Issue an account"),
    "account.listed": Word("List accounts"),
    "account.locked": Word("Shut an account"),
    "account.password-changed": Word("Change one's password"),
    "account.key-issued": Word("Make an access key"),
    "account.key-taken-back": Word("Take an access key back"),
    "account.password-reissued": Word("Issue a new one-time password"),
    "account.role-given": Word("Give a role"),
    "account.role-taken": Word("Take away a role"),
    "account.sign-in": Word("Sign in"),
    "account.unlocked": Word("Open an account that was shut"),
    "account.clearance-raised": Word("Clear somebody for a higher level"),
    "account.clearance-lowered": Word("Clear somebody for a lower level"),
    "account.second-factor-added": Word("Add a code generator"),
    "account.second-factor-removed": Word("Remove a code generator"),
    "account.second-factor-reset": Word("Reset a second factor"),
    "account.recovery-codes-made": Word("Make recovery codes"),
    "account.passkey-added": Word("Add a passkey"),
    "account.passkey-removed": Word("Remove a passkey"),
    "account.session-ended": Word("End an own session"),
    "account.sessions-listed": Word("See where somebody is signed in"),
    "account.sessions-ended": Word("End somebody's session"),
    "account.linked": Word("Tie a sign-in at a provider to an account"),
    "account.unlinked": Word("Untie a sign-in at a provider"),
    "account.tied": Word("Tie a dossier to an account"),
    "account.moved": Word("Move an account to another unit"),
    "account.ends": Word("Close the accounts of who leaves"),
    "account.goes-on": Word("Keep an account open"),
    "account.wanted-listed": Word("See what personnel events ask of accounts"),
    "presence.listed": Word("See who is here"),
    "account.sign-out": Word("Sign out"),
    "address.unknown": Word("Ask for what is not there"),
    "batch.closed": Word("Close a batch"),
    "batch.corrected": Word("Correct what was declared of a batch"),
    "batch.listed": Word("List batches"),
    "batch.opened": Word("Open a batch"),
    "batch.receipt-made": Word("Make the receipt of a batch"),
    "batch.receipt-taken": Word("Take the receipt of a batch away"),
    "batch.reopened": Word("Open a batch again"),
    "batch.shown": Word("Look at a batch"),
    "batch.turned-away": Word("Turn a file of a batch away"),
    "document.copy-downloaded": Word("Download a PDF/A copy"),
    "document.compared": Word("Compare a paper with its original"),
    "document.compare-listed": Word("List papers to be compared"),
    "document.arranged": Word("Put the pages of a paper in order"),
    "document.described": Word("Correct the description of a paper"),
    "document.downloaded": Word("Download an original"),
    "document.filed": Word("File a paper"),
    "document.page-shown": Word("Look at a page of a paper"),
    "document.quarantined": Word("Put a paper into quarantine (machine)"),
    "document.read": Word("Hand in what was read (machine)"),
    "document.copied": Word("Make the preservation copy (machine)"),
    "document.seen": Word("Look at a paper"),
    "document.unfiled": Word("Undo the filing of a paper"),
    "document.rescanned": Word("Take a second scan into a paper"),
    "document.withdrawn": Word("Withdraw a paper"),
    "dossier.closed": Word("Close a dossier"),
    "dossier.described": Word("Correct a dossier"),
    "dossier.listed": Word("List dossiers"),
    "dossier.opened": Word("Open a dossier"),
    "dossier.seen": Word("Look at a dossier"),
    "dossier.status-changed": Word("Change a status"),
    "dossier.transferred": Word("Hand a dossier over"),
    "dossier.exported": Word("Export a dossier"),
    "import.advanced": Word("Take rows of an import"),
    "import.begun": Word("Begin a bulk import"),
    "import.check-asked": Word("Ask for the dry run of an import"),
    "import.checked": Word("Finish the dry run of an import"),
    "import.ended": Word("End a bulk import"),
    "import.failed": Word("Give up a bulk import (machine)"),
    "import.judged": Word("Judge rows of an import"),
    "import.listed": Word("List bulk imports"),
    "import.looked-at": Word("Look at a bulk import"),
    "import.mapped": Word("Settle the columns of an import"),
    "import.mapping-forgotten": Word("Forget a mapping of columns"),
    "import.mapping-kept": Word("Keep a mapping of columns"),
    "import.mappings-listed": Word("List mappings of columns"),
    "import.opened": Word("Open the list of an import"),
    "import.started": Word("Start a bulk import"),
    "import.stopped": Word("Stop a bulk import"),
    "intake.corrected": Word("Correct a paper in the tray"),
    "intake.page-shown": Word("Look at a page in the tray"),
    "intake.quarantined": Word("Set a paper aside"),
    "intake.received": Word("Take in a file"),
    "intake.refused": Word("Refuse a file"),
    "intake.released": Word("Release from quarantine"),
    "intake.seen": Word("Look at a paper in the tray"),
    "intake.joined": Word("Join the parts of a scan again"),
    "intake.split": Word("Split a scan (machine)"),
    "intake.split-given-up": Word("Give up splitting a scan (machine)"),
    "intake.split-planned": Word("Split a scan"),
    "intake.tray": Word("Look at the tray"),
    "journal.day-read": Word("Read the journal of a day"),
    "journal.sifted": Word("Look through the journal"),
    "journal.exported": Word("Export the journal"),
    "journal.export-fetched": Word("Fetch an export of the journal"),
    "journal.heads-read": Word("List the days of the journal that are closed"),
    "journal.head-printed": Word("Print the head of a day of the journal"),
    "dossier.readers-seen": Word("Look who read a dossier"),
    "dossier.readers-exported": Word("Take away who read a dossier"),
    "journal.record-read": Word("Read the journal of a record"),
    "journal.uid-read": Word("Read the journal of a record"),
    "journal.verified": Word("Verify the journal"),
    "fixity.failed": Word("Reading files again failed (machine)"),
    "fixity.fault-found": Word("A file is not what came in (machine)"),
    "fixity.found-whole": Word("A file is whole again (machine)"),
    "fixity.loss-stated": Word("State that a file is lost"),
    "fixity.read-again": Word("Read a file at risk again"),
    "fixity.read-noted": Word("Note files that were read again (machine)"),
    "fixity.repaired": Word("Mend a file from the second copy"),
    "fixity.risks-listed": Word("List files at risk"),
    "fixity.round-begun": Word("Begin to read every file again (machine)"),
    "evidence.built": Word("Build an evidence package"),
    "evidence.fetched": Word("Save an evidence package"),
    "fixity.round-ended": Word("Every file was read again (machine)"),
    "fixity.status-asked": Word("See whether files are whole"),
    "mark.determined": Word("Determine a state secret"),
    "mark.glanced": Word("List marks of secrecy"),
    "mark.ended": Word("A mark of secrecy ended by itself (machine)"),
    "mark.extended": Word("Extend the term of a secret"),
    "mark.lifted": Word("Lift a mark of secrecy"),
    "mark.listed": Word("List marks of secrecy"),
    "mark.lowered": Word("Lower the level of a secret"),
    "mark.notice-sent": Word("Tell the holders of a secret"),
    "mark.raised": Word("Raise the level of a secret"),
    "mark.seen": Word("Look at a mark of secrecy"),
    "mark.swept": Word("Look for marks that ended (machine)"),
    "page.accepted": Word("Accept the picture of a page"),
    "page.replaced": Word("Put a new scan in the place of a page (machine)"),
    "page.replacement-sent": Word("Send a new scan of a page"),
    "page.sent-back": Word("Send a page back to the scanner"),
    "pages.alike-listed": Word("List pages that look the same"),
    "pages.seen": Word("Look at the pages of a scan"),
    "pages.sent-back-listed": Word("List pages to be scanned again"),
    "paper.count-closed": Word("Close a stock-take"),
    "paper.count-exported": Word("Take a stock-take away as a table"),
    "paper.count-opened": Word("Begin a stock-take"),
    "paper.count-seen": Word("Look at a stock-take"),
    "paper.counts-listed": Word("List stock-takes"),
    "paper.labels-printed": Word("Print labels"),
    "paper.labels-read": Word("Read labels at a stock-take"),
    "paper.lent": Word("Lend a paper"),
    "paper.loan-extended": Word("Let a loan last longer"),
    "paper.loan-seen": Word("Look at a loan"),
    "paper.loans-listed": Word("List loans"),
    "paper.moved": Word("Move a paper"),
    "paper.overdue-listed": Word("List overdue loans"),
    "paper.place-added": Word("Add a place to the paper store"),
    "paper.place-described": Word("Rename a place in the paper store"),
    "paper.place-ended": Word("End a place in the paper store"),
    "paper.place-moved": Word("Move a box or a shelf"),
    "paper.place-seen": Word("Look into a place in the paper store"),
    "paper.places-listed": Word("Look at the paper store"),
    "paper.returned": Word("Take a paper back"),
    "paper.seen": Word("Look where a paper is"),
    "learnt.forgotten": Word("Forget what was learnt"),
    "learnt.listed": Word("Look at what was learnt"),
    "learnt.switched": Word("Switch learning on or off"),
    "access.granted": Word("Open a record to one person"),
    "access.change-rehearsed": Word("Rehearse a change of roles"),
    "access.level-rehearsed": Word("Rehearse another level"),
    "access.table-rehearsed": Word("Rehearse another role table"),
    "access.listed": Word("List to whom a record is opened"),
    "access.taken": Word("Close a record to one person"),
    "access.unwalled": Word("Take the wall round a dossier away"),
    "access.walled": Word("Put a wall round a dossier"),
    "access.who-asked": Word("Ask who could see a record on a day"),
    "access.why-asked": Word("Ask why somebody sees a record"),
    "access.why-dossier-asked": Word("Ask why one sees a dossier"),
    "access.why-paper-asked": Word("Ask why one sees a paper"),
    "consent.asked": Word("Ask for consent to read a dossier"),
    "consent.ended": Word("End a consent early"),
    "consent.given": Word("Give consent to read a dossier"),
    "consent.listed": Word("List consents of a dossier"),
    "consent.own-listed": Word("List one's own requests for consent"),
    "consent.pending-listed": Word("List requests for consent to decide"),
    "consent.readers-listed": Word("List who was let into a dossier"),
    "consent.refused": Word("Refuse consent to read a dossier"),
    "consent.scan-attached": Word("Attach the scan of a consent"),
    "compliance.listed": Word("List what fails a check"),
    "compliance.looked-through": Word("Look for missing components (machine)"),
    "compliance.overviewed": Word("See how rules are kept"),
    "compliance.sampled": Word("Draw a sample"),
    "consent.withdrawn": Word("Take back a request for consent"),
    "permit.agreed": Word("Agree as the second person"),
    "permit.asked": Word("Ask a second person"),
    "permit.refused": Word("Refuse as the second person"),
    "permit.withdrawn": Word("Take back what a second person was asked"),
    "reading.begun": Word("Begin to read a paper (machine)"),
    "reading.failed": Word("Give up reading a paper (machine)"),
    "reading.progress": Word("Read on in a paper (machine)"),
    "retention.all-listed": Word("List all retention dates"),
    "retention.due-listed": Word("List what is due for disposal"),
    "retention.due-glanced": Word("List what is due for disposal"),
    "retention.hold-lifted": Word("Lift a hold"),
    "retention.hold-ended": Word("A hold came to its last day"),
    "retention.hold-placed": Word("Place a hold"),
    "retention.hold-prolonged": Word("Prolong a hold"),
    "retention.hold-released": Word("Let a record go out of a hold"),
    "retention.hold-shown": Word("Look at a hold"),
    "retention.hold-widened": Word("Let a hold cover more"),
    "retention.holds-listed": Word("List the holds"),
    "retention.holds-placed": Word("Place a hold on several records"),
    "retention.listed": Word("List what retention needs a person for"),
    "retention.evaluated": Word("Decide all periods anew"),
    "retention.why-asked": Word("Ask why a date is so"),
    "search.alerts-counted": Word("Count what is new in saved searches"),
    "search.exported": Word("Take a list out"),
    "search.forgotten": Word("Remove a saved search"),
    "search.kept": Word("Save a search"),
    "search.kept-listed": Word("List saved searches"),
    "search.news-noted": Word("Note the news of a saved search as seen"),
    "search.news-seen": Word("Look at what is new in a saved search"),
    "search.renamed": Word("Rename a saved search"),
    "search.run": Word("Search"),
    "search.suggested": Word("Ask for suggestions"),
    "serials.printed": Word("Print serial labels"),
    "sheets.printed": Word("Print separator sheets"),
    "site.seeded": Word("Set up the site"),
    "stub.all-opened": Word("Open the seals of a dossier"),
    "stub.made": Word("Describe a secret paper without its file"),
    "stub.opened": Word("Open the seal of a paper"),
    "stub.sealed": Word("Seal the file of a secret paper (machine)"),
    "unit.added": Word("Add a unit"),
    "unit.listed": Word("List units"),
}


def say(words: Mapping[str, Word], code: str, language: Language) -> str:
    """Return the word for a code; the code itself where there is none."""
    word = words.get(code)
    return language.say(word.text) if word is not None else code


def badge(words: Mapping[str, Word], code: str, language: Language) -> Badge:
    """Return the word for a code as a badge."""
    word = words.get(code)
    return Badge(say(words, code, language), word.tone if word is not None else "", code)
