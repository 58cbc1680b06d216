import { GeneratorModule, recipesOf } from '@contentflow/generator';
import { runService } from '@contentflow/nest-platform';

await runService({
  name: 'generator',
  modules: (configuration) => [GeneratorModule.of({ recipes: recipesOf(configuration), source: 'shipped' })],
  callsModels: true,
});
