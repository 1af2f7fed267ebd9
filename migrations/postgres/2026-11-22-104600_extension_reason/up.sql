-- Why a lot was extended, where somebody said so.
ALTER TABLE lots ADD COLUMN extension_reason text;
