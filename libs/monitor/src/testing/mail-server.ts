import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MailServerOptions, TakenMail } from './mail-server-process.ts';

const root = join(import.meta.dirname, '../../../..');

/** A real mail server in a process of its own, and what it has taken. */
export class MailServer {
  readonly taken: TakenMail[] = [];
  private readonly process: ChildProcess;

  private constructor(
    process: ChildProcess,
    readonly port: number,
  ) {
    this.process = process;
    process.on('message', (mail) => this.taken.push(mail as TakenMail));
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const process_ = fork(join(import.meta.dirname, 'mail-server-process.ts'), [JSON.stringify(options)], {
      cwd: root,
      execArgv: ['--no-warnings', '--import', join(root, 'tools/register.mjs')],
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [{ port }] = (await once(process_, 'message')) as [{ port: number }];
    return new MailServer(process_, port);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }
}
