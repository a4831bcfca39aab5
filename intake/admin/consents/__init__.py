"""Consent audit: who agreed to what, shown which words, and is it still so?"""
