import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LogAddress } from './log-under-test.ts';

const SCRIPT = fileURLToPath(new URL('./crash-process.ts', import.meta.url));

/** A real process on the log, and every whole line it has printed since it was ready. */
export class Child {
  readonly lines: string[] = [];
  readonly ready: Promise<void>;
  private readonly process: ChildProcess;
  private rest = '';

  constructor(task: 'append' | 'react', address: LogAddress, name: string, handlingMs = 0) {
    const env = { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
    const argv = [SCRIPT, task, JSON.stringify(address), name, String(handlingMs)];
    this.process = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.ready = new Promise((resolve, reject) => {
      this.process.stdout!.on('data', (data: Buffer) => this.take(String(data), resolve));
      this.process.once('exit', () => reject(new Error('the child ended before it was ready')));
    });
    this.ready.catch(() => undefined);
  }

  /** kill -9, at once; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }

  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }

  private take(text: string, onReady: () => void): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines)
      if (line === 'ready') onReady();
      else this.lines.push(line);
  }
}
