/** What audits in the background: an entry of its own, since it knows how every service decides. */
export const auditProgram = new URL('./background-process.ts', import.meta.url);
