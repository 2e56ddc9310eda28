import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { violations, type Files, type Table } from '../tests/architecture/rules';

/** Who may import whom. Change it together with the sentence in the README, and say there why. */
const ROOMS = {
	core: [],
	workflow: ['core'],
	run: ['core', 'workflow'],
	// What the service worker shares with the app; it must stay so small that the whole app does not come along.
	pass: ['core'],
	egress: ['core', 'workflow', 'pass'],
	models: ['core', 'egress'],
	steps: ['core', 'workflow', 'models'],
	// Only the worker for code loads it, so no other bundle carries an interpreter.
	sandbox: ['core', 'steps'],
	files: ['core'],
	exports: ['core', 'workflow', 'run'],
	storage: ['core', 'workflow', 'run'],
	// Reads what the engine wrote and writes nothing but its own index.
	search: ['core', 'run', 'storage'],
	engine: ['core', 'workflow', 'run', 'pass', 'egress', 'models', 'steps', 'files', 'exports', 'storage'],
	ui: ['core', 'workflow', 'run'],
	app: [
		...['core', 'workflow', 'run', 'pass', 'egress', 'models', 'steps', 'files', 'exports', 'storage'],
		...['search', 'engine', 'ui']
	],
	// A step, model, file or code worker never reaches storage; the engine does, and the search for reading.
	workers: ['engine', 'search', 'sandbox', 'steps', 'models', 'files', 'egress', 'core'],
	routes: ['core', 'workflow', 'run', 'ui', 'app'],
	'service-worker': ['core', 'pass']
};

const TABLE: Table = {
	mayImport: ROOMS,
	pure: ['core', 'workflow', 'run'],
	// The models room for the one worker that a runtime nests in the model worker.
	startWorkers: ['engine', 'models', 'app'],
	maxLines: 400,
	maxWorkerLines: 40
};

test('the house is as its plan says', () => {
	const files: Files = new Map();
	for (const entry of readdirSync('src', { recursive: true, withFileTypes: true })) {
		const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/');
		if (entry.isFile()) files.set(path, readFileSync(path, 'utf8'));
	}
	expect(violations(files, TABLE)).toEqual([]);
}, 60_000);

/** A house with nothing wrong, and the given files planted in it. */
function house(planted: Record<string, string>): string[] {
	const doors = Object.keys(ROOMS)
		.filter((room) => !['workers', 'routes', 'service-worker'].includes(room))
		.map((room) => [`src/lib/${room}/index.ts`, 'export {};'] as const);
	return violations(new Map([...doors, ...Object.entries(planted)]), TABLE);
}

test('an empty house has nothing wrong', () => expect(house({})).toEqual([]));

const allowed: Record<string, Record<string, string>> = {
	'a room below, by its door': { 'src/lib/run/a.ts': `import { x } from '$lib/workflow';` },
	'a file of the own room': { 'src/lib/run/a.ts': `import './b';`, 'src/lib/run/b.ts': '' },
	'a package': { 'src/lib/core/a.ts': `import { z } from 'zod';` },
	'the address of a worker': { 'src/lib/engine/a.ts': `import u from '../../workers/step.ts?worker&url';` },
	'a glob over the own folder': {
		'src/lib/steps/a.ts': `export const all = import.meta.glob('./kinds/*.ts');`,
		'src/lib/steps/kinds/b.ts': `import { c } from '../c';`,
		'src/lib/steps/kinds/b.test.ts': `import { test } from 'vitest'; import '../a';`,
		'src/lib/steps/c.ts': ''
	},
	'a glob over the files of a package': {
		'src/lib/files/a.ts': `import.meta.glob('/node_modules/pdfjs-dist/cmaps/*.bcmap');`
	},
	'a circle of types': {
		'src/lib/run/a.ts': `import { b } from './b';`,
		'src/lib/run/b.ts': `import type { a } from './a';`
	},
	'a component that nests itself': {
		'src/lib/ui/A.svelte': `<script>import A from './A.svelte';</script><A />`
	},
	'a parameter called document': {
		'src/lib/workflow/a.ts': `export const f = (document: { window: 1 }) => document.window;`
	},
	'a given moment': {
		'src/lib/core/a.ts': `export const f = (at: number) => new Date(at); // not Date.now()`
	},
	'a clock in a test': { 'src/lib/core/a.test.ts': `Date.now();` },
	'a conformance suite': { 'src/lib/storage/conformance.ts': `import 'vitest';` },
	'the serving rules, for the service worker': { 'src/service-worker.ts': `import '../.ci/hosting.mjs';` },
	'styles, for a page': { 'src/routes/a.svelte': `<script>import '../app.css';</script>`, 'src/app.css': '' }
};
test.each(Object.entries(allowed))('allowed: %s', (_, planted) => expect(house(planted)).toEqual([]));

const refused: Record<string, [planted: Record<string, string>, complaint: string]> = {
	'a room above': [
		{ 'src/lib/core/a.ts': `import '$lib/engine';` },
		'src/lib/core/a.ts:1: core may not import engine'
	],
	'a room above, lazily': [
		{ 'src/lib/ui/a.ts': `await import('$lib/storage');` },
		'ui may not import storage'
	],
	'a room above, for its types': [
		{ 'src/lib/ui/a.ts': `import type { T } from '$lib/engine';` },
		'ui may not import engine'
	],
	'a room above, from a component': [
		{ 'src/lib/ui/A.svelte': `<p>hello</p>\n<script lang="ts">\nimport '$lib/storage';\n</script>` },
		'src/lib/ui/A.svelte:3: ui may not import storage'
	],
	'a page that skips the app': [
		{ 'src/routes/a.ts': `import '$lib/storage';` },
		'routes may not import storage'
	],
	'a window': [{ 'src/lib/run/a.ts': `import '$lib/core/hash';` }, 'enter core by its door'],
	'a hole in the wall': [{ 'src/lib/run/a.ts': `import '../core/hash';` }, 'enter core by its door'],
	'the own door from inside': [{ 'src/lib/run/a.ts': `import '$lib/run';` }, 'does not enter itself'],
	'an unknown room': [{ 'src/lib/misc/a.ts': '' }, 'lies in no known room'],
	'a file outside every room': [{ 'src/lib/a.ts': '' }, 'lies in no known room'],
	'an import from nowhere': [{ 'src/lib/run/a.ts': `import '../../misc/a';` }, 'which lies in no room'],
	'an import from outside': [{ 'src/lib/run/a.ts': `import '../../../.ci/serve.mjs';` }, 'from outside src'],
	'the code of a worker': [{ 'src/lib/app/a.ts': `import '../../workers/step';` }, 'only an address'],
	'a page that starts a worker': [
		{ 'src/routes/a.ts': `import u from '../workers/step.ts?worker&url';` },
		'only an address'
	],
	'a test library': [{ 'src/lib/run/a.ts': `import 'fast-check';` }, 'only a test may import fast-check'],
	'pages, from a room': [{ 'src/lib/ui/a.ts': `import '$app/navigation';` }, 'knows nothing of pages'],
	'a circle': [
		{ 'src/lib/run/a.ts': `import './b';`, 'src/lib/run/b.ts': `export * from './a';` },
		'is in a cycle: src/lib/run/a.ts > src/lib/run/b.ts > src/lib/run/a.ts'
	],
	'a circle through a glob': [
		{
			'src/lib/steps/a.ts': `import.meta.glob('./kinds/*.ts');`,
			'src/lib/steps/kinds/b.ts': `import { a } from '../a';`
		},
		'is in a cycle'
	],
	'a long file': [{ 'src/routes/a.ts': 'x\n'.repeat(401) }, '401 lines, at most 400'],
	'a worker with a life of its own': [{ 'src/workers/a.ts': 'x\n'.repeat(41) }, '41 lines, at most 40']
};
test.each(Object.entries(refused))('refused: %s', (_, [planted, complaint]) => {
	expect(house(planted)).toEqual([expect.stringContaining(complaint)]);
});

test('refused: a room without a door', () => {
	expect(violations(new Map(), TABLE)).toContain('src/lib/core: has no index.ts, so nobody can enter');
});

test.each([
	'Date.now()',
	'new Date()',
	'Date()',
	'Math.random()',
	'crypto.randomUUID()',
	'globalThis.crypto',
	`fetch('/x')`,
	'({ fetch })',
	`indexedDB.open('x')`,
	'localStorage.x',
	'document.title',
	'window.x',
	'navigator.locks',
	'performance.now()',
	'setTimeout(f, 1)'
])('refused in a pure room: %s', (code) => {
	const complaint = expect.stringContaining('the room run is pure') as string;
	expect(house({ 'src/lib/run/a.ts': `export const x = ${code};` })).toEqual([complaint]);
});
