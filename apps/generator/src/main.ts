import { GeneratorModule, generatorOptions, notesOnModels } from '@contentflow/generator';
import { runService } from '@contentflow/nest-platform';

await runService({
  name: 'generator',
  modules: (configuration) => [GeneratorModule.of(generatorOptions(configuration))],
  callsModels: true,
  notes: (state, { offered }, { recipes, model }) => notesOnModels(state, { offered, recipes, model }),
});
