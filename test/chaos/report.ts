// What is printed: a line for each seed, and a table of all.
import type { Result } from './run.ts'

export function line(result: Result): string {
  const { seed, prosody, seconds, expected, found, missing, extra, ghosts, error } = result
  const { lateness, earliness, corrected } = result
  return [
    `${result.folder === null ? 'ok    ' : 'FAILED'} seed ${seed} on ${prosody}:`,
    `${expected} stays, found ${found}, missing ${missing}, extra ${extra}, ghosts ${ghosts};`,
    `times off by ${error} ms at most;`,
    lateness === null
      ? 'no inferred ends;'
      : `${earliness.length} inferred ends, late by ${lateness} ms at most, early by ${Math.max(...earliness)} ms;`,
    `${corrected} taken back; ${seconds.toFixed(0)} s`,
  ].join(' ')
}

export function summary(results: Result[]): string {
  const sum = (count: (result: Result) => number) => results.reduce((total, one) => total + count(one), 0)
  const early = results.flatMap(({ earliness }) => earliness).sort((a, b) => a - b)
  const late = results.flatMap(({ lateness }) => lateness ?? [])
  const rows: [string, string | number][] = [
    ['seeds', results.length],
    ['Prosody', [...new Set(results.map(({ prosody }) => prosody))].join(', ')],
    ['stays expected', sum(({ expected }) => expected)],
    ['found', sum(({ found }) => found)],
    ['missing', sum(({ missing }) => missing)],
    ['extra', sum(({ extra }) => extra)],
    ['ghosts', sum(({ ghosts }) => ghosts)],
    ['problems of all kinds', sum(({ problems }) => problems.length)],
    ['reported times off by, at most', `${Math.max(0, ...results.map(({ error }) => error))} ms`],
    ['inferred ends', early.length],
    ['late by, at most (above 0 is wrong)', late.length === 0 ? '-' : `${Math.max(...late)} ms`],
    ['early by, median', early.length === 0 ? '-' : `${early[Math.floor(early.length / 2)]} ms`],
    ['early by, at most', early.length === 0 ? '-' : `${early.at(-1)} ms`],
    ['inferred ends taken back', sum(({ corrected }) => corrected)],
    ['seconds', Math.round(sum(({ seconds }) => seconds))],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `| ${name.padEnd(width)} | ${String(value).padStart(9)} |`).join('\n')
}
