-- The name of an erased person is absent, not a word in one language.
UPDATE atrium_person SET display_name = '', given_name = '', family_name = '', sort_name = '' WHERE status = 'erased';
