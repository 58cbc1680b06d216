import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConsolePage } from './console-page.tsx';
import 'uplot/dist/uPlot.min.css';
import './console.css';

createRoot(document.getElementById('console') as HTMLElement).render(
  <StrictMode>
    <ConsolePage />
  </StrictMode>,
);
