"""Sheets that tell the scanner's pages apart, and labels that give a paper its own code.

``codes`` says what stands in the QR code, ``printing`` sets sheets and labels for the printer.
"""
