-- Times are epoch milliseconds. A room and an occupant are numbered by the seq of the event that began them.
-- A JID can be longer than an index entry may be, so JIDs are found by 16 bytes of their SHA-256.

create table rooms (
  id          bigint primary key,
  session     text not null unique,
  jid         text not null,
  jid_key     uuid not null,
  -- The MUC service: the domain of the JID.
  host        text not null,
  name        text not null,
  kind        text check (kind in ('conference', 'breakout', 'lobby')),
  parent_jid  text,
  created_at  bigint not null,
  ended_at    bigint,
  end_reason  text,
  -- The end was concluded, not reported.
  inferred    boolean not null default false
);

-- A MUC room exists once: the database itself refuses a second live one.
create unique index rooms_live on rooms (jid_key) where ended_at is null;
create index rooms_live_host on rooms (host) where ended_at is null;
create index rooms_jid on rooms (jid_key, id);

-- One row per stay.
create table occupants (
  id           bigint primary key,
  room         bigint not null,
  jid          text not null,
  jid_key      uuid not null,
  nick         text not null,
  role         text not null check (role in ('participant', 'moderator')),
  email        text,
  avatar       text,
  user_agent   text,
  ip           text,
  user_id      text,
  joined_at    bigint not null,
  -- When that field was last said.
  nick_at      bigint not null,
  role_at      bigint not null,
  email_at     bigint not null,
  left_at      bigint,
  leave_reason text,
  inferred     boolean not null default false
);

create unique index occupants_live on occupants (room, jid_key) where left_at is null;
create index occupants_room on occupants (room, id);

-- The event log. Its data alone rebuilds the two tables above.
create table events (
  seq         bigint primary key,
  type        text not null,
  at          bigint not null,
  received_at bigint not null,
  inferred    boolean not null,
  room        bigint not null,
  stay        bigint,
  data        json not null
);

-- What was answered under which Idempotency-Key.
create table answers (
  key         text primary key,
  fingerprint bytea not null,
  answer      json not null,
  received_at bigint not null
);

create index answers_received on answers (received_at);

create table hosts (
  name           text primary key,
  -- The process whose snapshot was taken last.
  boot_id        text,
  contact_at     bigint not null,
  heartbeat_at   bigint,
  -- The last instant it is known to have been alive, by its own clock; the two above are the server's.
  alive_at       bigint not null,
  in_sync        boolean,
  -- Milliseconds between what its last word tells of and its arrival.
  lag            bigint,
  live_rooms     bigint not null,
  live_occupants bigint not null,
  received       bigint not null,
  refused        bigint not null,
  late           bigint not null,
  repaired       bigint not null
);
