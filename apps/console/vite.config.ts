import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite` serves the page while it is worked on; the services answer from where `contentflow start` runs. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
  server: { proxy: { '/v1': process.env['CONTENTFLOW_URL'] ?? 'http://127.0.0.1:4000' } },
});
