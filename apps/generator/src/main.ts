import { GeneratorModule, generatorOptions, notesOnModels, notesOnRecipes } from '@contentflow/generator';
import { runService } from '@contentflow/nest-platform';

await runService({
  name: 'generator',
  modules: (configuration) => [GeneratorModule.of(generatorOptions(configuration))],
  callsModels: true,
  notes: (state, { offered }, configuration) => [
    ...notesOnModels(state, { offered }),
    ...notesOnRecipes(state, generatorOptions(configuration).configured),
  ],
});
