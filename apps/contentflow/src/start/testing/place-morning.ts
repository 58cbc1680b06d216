import { readMorning } from '../morning.ts';
import { placeMorning } from '../prepared-morning.ts';

/** `place-morning.ts FOLDER CACHE BUILD`: as a process of its own, that can be killed meanwhile. */
const [folder = '', cache = '', build = ''] = process.argv.slice(2);
await placeMorning(folder, readMorning(), { cache, build });
