-- Components of Jitsi are one in ten stays, or one in hundreds: a list of them alone went through all others.
create index occupants_services on occupants (room, joined_at, id) where person is null;
