import { SingleBar } from 'cli-progress';

/** A bar on a terminal; nothing where the output goes elsewhere. */
export interface Progress {
  update(value: number, note: string): void;
  stop(): void;
}

export function progressBar(label: string, total: number): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % | {value}/{total} | {eta_formatted} left | {note}`,
    stream: process.stderr,
    hideCursor: true,
  });
  bar.start(total, 0, { note: '' });
  return { update: (value, note) => bar.update(value, { note }), stop: () => bar.stop() };
}
