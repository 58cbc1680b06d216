import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startScriptedModelServer } from '../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './whole-system.ts';
import { API_TYPES, apiTypes } from './api-types.ts';

const root = join(import.meta.dirname, '../../../..');
const models = await startScriptedModelServer();
const system = await startWholeSystem(models);
const document = await system.get<object>('/openapi.json');
writeFileSync(join(root, API_TYPES), await apiTypes(document, root));
await system.close();
await models.close();
