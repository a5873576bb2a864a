import { nestAdd, type Tree } from './nest-add.js';

/** The files of a project. */
class Files implements Tree {
  readonly written: string[] = [];

  constructor(readonly texts: Record<string, string>) {}

  exists(path: string): boolean {
    return Object.hasOwn(this.texts, path);
  }

  read(path: string): Buffer | null {
    return this.exists(path) ? Buffer.from(this.texts[path] ?? '') : null;
  }

  overwrite(path: string, text: string): void {
    this.written.push(path);
    this.texts[path] = text;
  }
}

interface Added {
  readonly main: string;
  readonly module: string;
  readonly lines: string[];
  readonly written: string[];
}

function add(files: Record<string, string>, sourceRoot?: string): Added {
  const tree = new Files(files);
  const lines: string[] = [];
  const logger = {
    info: (text: string) => void lines.push(text),
    warn: (text: string) => void lines.push(`warn ${text}`),
  };
  nestAdd(sourceRoot === undefined ? {} : { sourceRoot })(tree, { logger });
  const root = `/${sourceRoot ?? 'src'}`;
  const { [`${root}/main.ts`]: main = '', [`${root}/app.module.ts`]: module = '' } = tree.texts;
  return { main, module, lines, written: tree.written };
}

const MAIN = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
bootstrap();
`;
const MODULE = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
  providers: [],
})
export class AppModule {}
`;
const IMPORT = "import { GracefulShutdownModule } from 'nestjs-lifecycle';";
const withModule = (metadata: string): string => MODULE.replace(/@Module\(\{[^]*\}\)/, `@Module(${metadata})`);

describe('nest add nestjs-lifecycle', () => {
  it('imports the module and enables hooks, and shows what it changes', () => {
    const { main, module, lines } = add({ '/src/main.ts': MAIN, '/src/app.module.ts': MODULE });
    expect(main).toBe(MAIN.replace('(AppModule);\n', '(AppModule);\n  app.enableShutdownHooks();\n'));
    expect(module).toBe(
      MODULE.replace("'@nestjs/common';\n", `'@nestjs/common';\n${IMPORT}\n`).replace(
        '[]',
        '[GracefulShutdownModule.forRoot()]',
      ),
    );
    expect(lines[0]?.split('\n')).toEqual([
      '/src/app.module.ts',
      "  import { Module } from '@nestjs/common';",
      `+ ${IMPORT}`,
      '  ',
      '  @Module({',
      '-   imports: [],',
      '+   imports: [GracefulShutdownModule.forRoot()],',
      '    providers: [],',
      '  })',
    ]);
    expect(lines[1]).toContain('\n+   app.enableShutdownHooks();\n');
  });

  it('changes nothing the second time', () => {
    const files = { '/src/main.ts': MAIN, '/src/app.module.ts': MODULE };
    const first = add(files);
    const second = add(files);
    expect([second.main, second.module]).toEqual([first.main, first.module]);
    expect(second).toMatchObject({
      written: [],
      lines: ['/src/app.module.ts has it already.', '/src/main.ts has it already.'],
    });
  });

  it.each<[string, string, string]>([
    ['no metadata', '{}', '{ imports: [GracefulShutdownModule.forRoot()] }'],
    ['no imports', '{ providers: [] }', '{ imports: [GracefulShutdownModule.forRoot()], providers: [] }'],
    [
      'no imports, in lines',
      '{\n  providers: [],\n}',
      '{\n  imports: [GracefulShutdownModule.forRoot()],\n  providers: [],\n}',
    ],
    [
      'others',
      '{ imports: [A.forRoot({ a: [1] }), ...B] }',
      '{ imports: [GracefulShutdownModule.forRoot(), A.forRoot({ a: [1] }), ...B] }',
    ],
    [
      'others, in lines',
      '{\n  imports: [\n    A, // first\n    B,\n  ],\n}',
      '{\n  imports: [\n    GracefulShutdownModule.forRoot(),\n    A, // first\n    B,\n  ],\n}',
    ],
    ['a name in quotes', '{ "imports": [] }', '{ "imports": [GracefulShutdownModule.forRoot()] }'],
    [
      'a text that looks like it',
      '{ providers: ["imports: []"], imports: [/* none */] }',
      '{ providers: ["imports: []"], imports: [GracefulShutdownModule.forRoot()/* none */] }',
    ],
  ])('takes a root module with %s', (_what, before, after) => {
    const { module } = add({ '/src/main.ts': MAIN, '/src/app.module.ts': withModule(before) });
    expect(module).toContain(`@Module(${after})`);
  });

  it('keeps quotes, line ends, missing semicolons and the byte order mark', () => {
    const strange = (text: string): string =>
      `\uFEFF${text.replaceAll("'", '"').replaceAll(';\n', '\n').replaceAll('\n', '\r\n')}`;
    const { main, module } = add({ '/src/main.ts': strange(MAIN), '/src/app.module.ts': strange(MODULE) });
    expect(main).toBe(strange(MAIN.replace('(AppModule);\n', '(AppModule);\n  app.enableShutdownHooks();\n')));
    expect(module).toContain('"@nestjs/common"\r\nimport { GracefulShutdownModule } from "nestjs-lifecycle"\r\n');
  });

  it('follows main.ts to the root module: another folder, another name, the ending of ES modules', () => {
    const main = MAIN.replaceAll('AppModule', 'OrdersModule').replace('./app.module', './orders/orders.module.js');
    const files: Record<string, string> = {
      '/apps/orders/src/main.ts': main,
      '/apps/orders/src/orders/orders.module.ts': MODULE.replace('AppModule', 'OrdersModule'),
    };
    add(files, 'apps/orders/src');
    expect(files['/apps/orders/src/orders/orders.module.ts']).toContain('[GracefulShutdownModule.forRoot()]');
  });

  it.each([
    'createMicroservice<MicroserviceOptions>(AppModule, {})',
    'createApplicationContext(AppModule)',
    'create<NestFastifyApplication>(AppModule, new FastifyAdapter())',
  ])('knows NestFactory.%s', (call) => {
    const { main } = add({ '/src/main.ts': MAIN.replace('create(AppModule)', call), '/src/app.module.ts': MODULE });
    expect(main).toContain(`${call};\n  app.enableShutdownHooks();\n`);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'that has mistakes',
      MAIN.replace('{', '{{{'),
      MODULE,
      /main\.ts is left as it is: TypeScript finds mistakes in it/,
    ],
    ['without NestFactory', 'start();\n', MODULE, /NestFactory\.create\(\) is not called in it/],
    [
      'with two applications',
      MAIN.replace('bootstrap();', 'NestFactory.create(AppModule);'),
      MODULE,
      /makes several applications/,
    ],
    ['that awaits nothing', MAIN.replace('await NestFactory', 'NestFactory'), MODULE, /is not awaited into a variable/],
    ['that computes the module', MAIN.replace('create(AppModule)', 'create(pick())'), MODULE, /is not given a class/],
    [
      'whose module is of a package',
      MAIN.replace('./app.module', '@shop/app'),
      MODULE,
      /AppModule is not imported from a file/,
    ],
    [
      'whose module has another name there',
      MAIN.replace('{ AppModule }', '{ Root as AppModule }'),
      MODULE,
      /AppModule is not imported from a file/,
    ],
    ['whose metadata is a name', MAIN, withModule('metadata'), /@Module\(\) is given no object in place/],
    ['whose imports are a name', MAIN, withModule('{ imports: MODULES }'), /its imports are no list in place/],
    ['whose imports are shorthand', MAIN, withModule('{ imports }'), /its imports are no list in place/],
    ['whose metadata is spread', MAIN, withModule('{ ...base, imports: [] }'), /parts that are spread in/],
    ['with no decorator', MAIN, 'export class AppModule {}\n', /AppModule has no decorator @Module\(\)/],
    ['with no class', MAIN, '// nothing\n', /there is no class AppModule in it/],
  ])('leaves a service alone %s, and says what to type', (_what, main, module, why) => {
    const files = { '/src/main.ts': main, '/src/app.module.ts': module };
    const { lines } = add(files);
    const warning = lines.find((line) => line.startsWith('warn')) ?? '';
    expect(warning).toMatch(why);
    expect(warning).toContain('Type import { GracefulShutdownModule }');
    expect(files['/src/app.module.ts']).toBe(module);
  });

  it('leaves a project without main.ts alone', () => {
    expect(add({}).lines).toEqual([
      expect.stringMatching(/^warn \/src\/main\.ts is left as it is: it is not there\. Type/),
    ]);
  });

  it('does not take a comment or a text for what it looks for', () => {
    const main = MAIN.replace('async', '// app.enableShutdownHooks() and NestFactory.create(X)\nasync');
    const module = MODULE.replace('@Module', '// GracefulShutdownModule.forRoot()\n@Module');
    const added = add({ '/src/main.ts': main, '/src/app.module.ts': module });
    expect(added.written).toEqual(['/src/app.module.ts', '/src/main.ts']);
  });
});
