/** Runs the Python clients against the gateway: see testing/run.ts. */
import '../register.mjs';
await import('./testing/run.ts');
