// Time zones, each at an instant at which its clocks are set, or in a year without.

export const zones: { tz: string; set: number }[] = [
  { tz: 'UTC', set: Date.parse('2026-03-29T01:00:00Z') },
  { tz: 'Europe/Berlin', set: Date.parse('2026-03-29T01:00:00Z') },
  { tz: 'Europe/Berlin', set: Date.parse('2026-10-25T01:00:00Z') },
  { tz: 'America/New_York', set: Date.parse('2026-03-08T07:00:00Z') },
  { tz: 'America/New_York', set: Date.parse('2026-11-01T06:00:00Z') },
  { tz: 'Asia/Kolkata', set: Date.parse('2026-10-25T01:00:00Z') },
  { tz: 'Australia/Lord_Howe', set: Date.parse('2026-04-04T15:00:00Z') },
  { tz: 'Australia/Lord_Howe', set: Date.parse('2026-10-03T15:30:00Z') },
]
