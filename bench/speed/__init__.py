"""The form's speed beside a plain Flask application, in rounds that alternate, on SQLite and
PostgreSQL.
"""
