/** Where each page of the console is, and each thing that it shows. */
export const pages = [
  { path: '/', name: 'Overview' },
  { path: '/content', name: 'Content' },
  { path: '/experiments', name: 'Experiments' },
  { path: '/improvements', name: 'Improvements' },
  { path: '/proposals', name: 'Proposals' },
  { path: '/incidents', name: 'Incidents' },
  { path: '/learning', name: 'Learning' },
  { path: '/performance', name: 'Performance' },
  { path: '/scaling', name: 'Scaling' },
  { path: '/ledger', name: 'Ledger' },
  { path: '/documentation', name: 'Documentation' },
  { path: '/settings', name: 'Settings' },
] as const;

type Shown = 'content' | 'experiments' | 'improvements' | 'proposals' | 'incidents' | 'anomalies' | 'ledger';

export const addressOf = (page: Shown, id: string): string => `/${page}/${encodeURIComponent(id)}`;
