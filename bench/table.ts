// Figures as rows of a Markdown table.

export function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}

export function median(values: number[]): number {
  return percentile(values, 50)
}

export function percentile(values: number[], percent: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length * percent) / 100)] ?? NaN
}
