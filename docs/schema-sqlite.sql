-- Schema 2, as the migrations leave it.

CREATE TABLE rooms (
  id          integer primary key,
  session     text not null unique,
  jid         text not null,
  name        text not null,
  kind        text check (kind in ('conference', 'breakout', 'lobby')),
  parent_jid  text,
  created_at  integer not null,
  ended_at    integer,
  end_reason  text
, host text not null default '', inferred integer not null default 0 check (inferred in (0, 1))) strict;

CREATE UNIQUE INDEX rooms_live on rooms (jid) where ended_at is null;

CREATE TABLE occupants (
  id           integer primary key,
  room         integer not null references rooms (id),
  jid          text not null,
  nick         text not null,
  role         text not null check (role in ('participant', 'moderator')),
  email        text,
  avatar       text,
  user_agent   text,
  ip           text,
  user_id      text,
  joined_at    integer not null,
  -- When that field was last said, where that was after joining.
  nick_at      integer,
  role_at      integer,
  email_at     integer,
  left_at      integer,
  leave_reason text
, inferred integer not null default 0 check (inferred in (0, 1))) strict;

CREATE UNIQUE INDEX occupants_live on occupants (room, jid) where left_at is null;

CREATE INDEX occupants_room on occupants (room);

CREATE TABLE events (
  seq         integer primary key,
  type        text not null,
  at          integer not null,
  received_at integer not null,
  inferred    integer not null check (inferred in (0, 1)),
  room        integer not null,
  stay        integer,
  data        text not null
) strict;

CREATE TABLE answers (
  id          integer primary key,
  key         text not null unique,
  fingerprint blob not null,
  answer      text not null,
  received_at integer not null
) strict;

CREATE INDEX rooms_jid on rooms (jid);

CREATE INDEX rooms_live_host on rooms (host) where ended_at is null;

CREATE TABLE hosts (
  name           text primary key,
  -- The process whose snapshot was taken last.
  boot_id        text,
  contact_at     integer not null,
  heartbeat_at   integer,
  -- The last instant it is known to have been alive, by its own clock; the two above are the server's.
  alive_at       integer not null,
  in_sync        integer check (in_sync in (0, 1)),
  -- Milliseconds between what its last word tells of and its arrival.
  lag            integer,
  live_rooms     integer not null,
  live_occupants integer not null,
  received       integer not null,
  refused        integer not null,
  late           integer not null,
  repaired       integer not null
) strict, without rowid;
