/** Loaded before a process under test: its clock is off by what a file says, asked anew at SIGUSR2, so that time jumps while it runs. */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const offsetMs = () => Number(readFileSync(process.env.CONTENTFLOW_CLOCK_OFFSET_FILE, 'utf8'));
let offset = offsetMs();
process.on('SIGUSR2', () => (offset = offsetMs()));

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offset);
    else super(...parts);
  }
  static now() {
    return RealDate.now() + offset;
  }
};
