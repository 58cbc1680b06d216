/** What audits in the background: an entry of its own, since it knows how every service decides. */
export const auditThread = new URL('./background-thread.ts', import.meta.url);
