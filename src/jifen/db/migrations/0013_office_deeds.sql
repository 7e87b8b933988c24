-- Keys, webhooks and the sealing of secrets stand in the audit beside what is done to the programme itself.

ALTER TABLE programme_deed DROP CONSTRAINT programme_deed_kind_check;
ALTER TABLE programme_deed ADD CONSTRAINT programme_deed_kind_check CHECK (kind IN (
    'publish', 'withdraw', 'open_correction', 'post_correction', 'drop_correction',
    'make_key', 'rotate_key', 'revoke_key',
    'make_webhook', 'change_webhook', 'rotate_webhook', 'remove_webhook', 'seal_secrets'));

-- What was set, as text by name; never a secret, and of an address of a webhook its host alone.
ALTER TABLE programme_deed ADD COLUMN terms json NOT NULL DEFAULT '{}';
