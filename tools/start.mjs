/** `npm start [-- options of "contentflow start"]`: installs and builds what is needed, then starts everything. */
process.argv.splice(2, 0, 'start');
await import('../apps/contentflow/bin/contentflow.mjs');
