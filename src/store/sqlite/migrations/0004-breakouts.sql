-- The breakout rooms of a meeting.
create index rooms_parent on rooms (parent_jid, created_at) where parent_jid is not null;
