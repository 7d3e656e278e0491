/**
 * Where test files run: jest's environment for Node, in which what an earlier file of the same worker has loaded is not
 * compiled anew. Each file still gets modules of its own; V8's code of them is kept (`cachedData` of `node:vm`). Made for
 * how jest 30 compiles: CommonJS by `vm.compileFunction`, ES modules by `vm.SourceTextModule`.
 */

import vm from 'node:vm';

import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

interface Source {
  readonly text: string;
  /** Part of what V8 compiles: it stands in stack traces. */
  readonly file: string | undefined;
}

interface Kept extends Source {
  readonly code: Buffer;
}

/** One text for each file: a changed one replaces what was kept. */
const kept = new Map<string, Kept>();

function codeOf({ file = '', text }: Source): { readonly cachedData?: Buffer } {
  const found = kept.get(file);
  return found?.text === text ? { cachedData: found.code } : {};
}

function keep(source: Source, code: Buffer): void {
  kept.set(source.file ?? '', { ...source, code });
}

/** Loaded for the first time by the test file that runs. */
const loaded = new Map<vm.Script, Source>();

/** Functions that have run are compiled by now, and what is kept holds them too. */
function keepLoaded(): void {
  for (const [script, source] of loaded) keep(source, script.createCachedData());
  loaded.clear();
}

const { compileFunction, SourceTextModule } = vm;

/** Whatever cannot be wrapped, such as a wrong text, is left to the original and its errors. */
function compileKept(
  text: string,
  parameters: readonly string[] = [],
  options: vm.CompileFunctionOptions = {},
): ReturnType<typeof compileFunction> {
  const { filename: file, importModuleDynamically, parsingContext } = options;
  const source = { text, file };
  const head = `(function (${parameters.join(', ')}) {`;
  try {
    const script = new vm.Script(`${head}${text}\n})`, {
      ...codeOf(source),
      filename: file,
      columnOffset: -head.length,
      // Reason for the cast: jest looks at the name alone, whoever imports.
      importModuleDynamically: importModuleDynamically as vm.ScriptOptions['importModuleDynamically'],
    });
    if (script.cachedDataRejected !== false) loaded.set(script, source);
    return script.runInContext(parsingContext!);
  } catch {
    return compileFunction(text, parameters, options);
  }
}

/** V8 refuses code that was made under other flags. */
function makeModule(text: string, options: vm.SourceTextModuleOptions = {}): vm.SourceTextModule {
  const source = { text, file: options.identifier };
  const known = codeOf(source);
  if (known.cachedData !== undefined) {
    try {
      return new SourceTextModule(text, { ...options, ...known });
    } catch {
      // What is wrong with the text itself is told below.
    }
  }
  const made = new SourceTextModule(text, options);
  // V8 gives out no code of a module once it has run. Reason for the cast: Node's types do not know the method.
  keep(source, (made as unknown as vm.Script).createCachedData());
  return made;
}

Object.assign(vm, {
  compileFunction: compileKept,
  SourceTextModule: new Proxy(SourceTextModule, {
    construct: (_original, [text, options]: ConstructorParameters<typeof SourceTextModule>) =>
      makeModule(text, options),
  }),
});

// jest asks for a default export.
export default class CompileOnce extends NodeEnvironment {
  override async teardown(): Promise<void> {
    keepLoaded();
    await super.teardown();
  }
}
