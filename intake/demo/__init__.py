"""Everything that only a demo needs: a stand-in for Google Sheets, a mailbox, and made-up
requests.
"""
