import { importsOf, impurities, parse, type Import } from './imports';

/** Files by path from the repository root. */
export type Files = Map<string, string>;

export interface Table {
	/** Each room (and `routes`, `workers`, `service-worker`) with the rooms that it may import. */
	mayImport: Record<string, readonly string[]>;
	/** Rooms that touch neither clock, chance, network, storage nor page. */
	pure: readonly string[];
	/** Rooms that start web workers, and so may import a worker's address (never its code). */
	startWorkers: readonly string[];
	maxLines: number;
	maxWorkerLines: number;
}

const OUTSIDE_LIB = ['routes', 'workers', 'service-worker'];
const TEST_LIBRARIES = /^(vitest|fast-check|fake-indexeddb|playwright|@playwright\/|@vitest\/|@axe-core\/)/;
/** A room's conformance suite is a test that several test files run, each with an implementation of its own. */
const isTest = (path: string) => /(\.test|\/conformance)\.ts$/.test(path);

/** Every sentence is one violation, and begins with the file to look at. */
export function violations(files: Files, table: Table): string[] {
	const found = [...rooms(files, table), ...sizes(files, table)];
	const edges = new Map<string, string[]>();
	for (const [path, text] of files) {
		if (!/\.(ts|svelte)$/.test(path)) continue;
		const source = parse(path, text);
		const imports = importsOf(path, source);
		const room = roomOf(path);
		if (room) for (const one of imports) found.push(...judge(path, room, one, table));
		if (room && table.pure.includes(room) && !isTest(path)) {
			for (const what of impurities(source))
				found.push(`${path}: the room ${room} is pure, but mentions ${what}`);
		}
		if (!isTest(path)) edges.set(path, loaded(imports, files));
	}
	return [...found, ...cycles(edges)];
}

/** The room that a file lies in; null for the few files that belong to none, such as this table's own test. */
export function roomOf(path: string): string | null {
	const parts = path.split('/');
	if (parts[0] !== 'src') return null;
	if (parts[1] === 'lib') return parts.length > 3 ? (parts[2] ?? null) : null;
	if (/^service-worker(\.test)?\.ts$/.test(parts[1] ?? '')) return 'service-worker';
	return parts.length > 2 && OUTSIDE_LIB.includes(parts[1] ?? '') ? (parts[1] ?? null) : null;
}

function rooms(files: Files, { mayImport }: Table): string[] {
	const known = Object.keys(mayImport).filter((room) => !OUTSIDE_LIB.includes(room));
	const missing = known
		.filter((room) => !files.has(`src/lib/${room}/index.ts`))
		.map((room) => `src/lib/${room}: has no index.ts, so nobody can enter`);
	const strange = [...files.keys()]
		.filter((path) => path.startsWith('src/lib/') && !known.includes(roomOf(path) ?? ''))
		.map((path) => `${path}: lies in no known room`);
	return [...missing, ...strange];
}

function sizes(files: Files, { maxLines, maxWorkerLines }: Table): string[] {
	return [...files].flatMap(([path, text]) => {
		const lines = text.trimEnd().split('\n').length;
		const limit = path.startsWith('src/workers/') && !isTest(path) ? maxWorkerLines : maxLines;
		return lines > limit ? [`${path}: ${lines} lines, at most ${limit} are allowed`] : [];
	});
}

function judge(path: string, room: string, one: Import, table: Table): string[] {
	const where = `${path}:${one.line}`;
	const { written, target } = one;
	if (target === null) {
		if (TEST_LIBRARIES.test(written) && !isTest(path)) return [`${where}: only a test may import ${written}`];
		if (written.startsWith('$app/') && !['app', 'routes'].includes(room)) {
			return [`${where}: ${room} knows nothing of pages, but imports ${written}`];
		}
		return [];
	}
	if (!target.startsWith('src/')) {
		// Files of a package; fixtures; and the serving rules that the service worker shares with the server.
		const isPackage = written.startsWith('/node_modules/');
		const allowed = isPackage || isTest(path) || (room === 'service-worker' && target === '.ci/hosting.mjs');
		return allowed ? [] : [`${where}: imports ${written} from outside src`];
	}
	const other = roomOf(target) ?? roomOf(`${target}/index.ts`);
	if (other === room && written !== `$lib/${room}`) return [];
	if (other === room) return [`${where}: a room does not enter itself by its own door (${written})`];
	if (other === null) {
		const isStyle = room === 'routes' && target.endsWith('.css');
		return isStyle ? [] : [`${where}: imports ${written}, which lies in no room`];
	}
	if (other === 'workers') {
		const isAddress = table.startWorkers.includes(room) && written.endsWith('?worker&url');
		return isAddress
			? []
			: [`${where}: imports ${written}; only an address (?worker&url) is imported from workers`];
	}
	if (!(other in table.mayImport)) return [`${where}: ${written} is no known room`];
	if (!table.mayImport[room]?.includes(other)) return [`${where}: ${room} may not import ${other}`];
	return written === `$lib/${other}`
		? []
		: [`${where}: enter ${other} by its door, $lib/${other}, not ${written}`];
}

/** The files that are loaded because a file is loaded, lazily or at once. Types are gone by then; a worker is another world. */
function loaded(imports: Import[], files: Files): string[] {
	return imports.flatMap(({ target, typeOnly, written }) => {
		if (typeOnly || target === null || written.includes('?worker')) return [];
		if (target.includes('*'))
			return [...files.keys()].filter((path) => !isTest(path) && glob(target).test(path));
		const endings = ['', '.ts', '.svelte', '/index.ts'];
		return endings.map((ending) => target + ending).filter((path) => files.has(path));
	});
}

function glob(pattern: string): RegExp {
	const parts = pattern.split(/(\*\*\/|\*)/).map((part) => {
		if (part === '**/') return '(?:.*/)?';
		return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
	});
	return new RegExp(`^${parts.join('')}$`);
}

/** Each cycle once, as the path around it. A file that imports itself (a component that nests) is none. */
function cycles(edges: Map<string, string[]>): string[] {
	const found: string[] = [];
	const state = new Map<string, 'open' | 'done'>();
	const trail: string[] = [];
	const visit = (path: string): void => {
		if (state.get(path) === 'done') return;
		if (state.get(path) === 'open') {
			found.push(`${path}: is in a cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' > ')}`);
			return;
		}
		state.set(path, 'open');
		trail.push(path);
		for (const next of edges.get(path) ?? []) if (next !== path) visit(next);
		trail.pop();
		state.set(path, 'done');
	};
	for (const path of edges.keys()) visit(path);
	return found;
}
