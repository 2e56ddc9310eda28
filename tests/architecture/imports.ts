import { posix } from 'node:path';
import ts from 'typescript';

/** One import as it is written, and the file of this repository that it names, if any. */
export interface Import {
	/** As written, query included. */
	written: string;
	/** Path from the repository root without query; null for a package. May lack its ending. */
	target: string | null;
	typeOnly: boolean;
	line: number;
}

/** The TypeScript in a file: all of it, or the script blocks of a component with everything else blanked out. */
export function scriptOf(path: string, text: string): string {
	if (!path.endsWith('.svelte')) return text;
	const blank = (part: string) => part.replace(/[^\n]/g, ' ');
	let script = '';
	let end = 0;
	for (const match of text.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
		const start = match.index + (match[1]?.length ?? 0);
		const body = match[2] ?? '';
		script += blank(text.slice(end, start)) + body;
		end = start + body.length;
	}
	return script + blank(text.slice(end));
}

export function parse(path: string, text: string): ts.SourceFile {
	return ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

/** Every import, export-from, lazy import, type import and glob of a file. */
export function importsOf(path: string, source: ts.SourceFile): Import[] {
	const found: Import[] = [];
	const add = (node: ts.Node | undefined, typeOnly: boolean) => {
		if (!node || !ts.isStringLiteralLike(node)) return;
		const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
		found.push({ written: node.text, target: resolve(path, node.text), typeOnly, line });
	};
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
		else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
		else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
			add(node.argument.literal, true);
		else if (ts.isCallExpression(node)) {
			const callee = node.expression.getText(source);
			if (callee === 'import') add(node.arguments[0], false);
			if (callee === 'import.meta.glob') for (const glob of literals(node.arguments[0])) add(glob, false);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
	if (!clause) return false;
	if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
	const named = clause.namedBindings;
	if (clause.name || !named || !ts.isNamedImports(named)) return false;
	return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function literals(node: ts.Node | undefined): ts.Node[] {
	if (!node) return [];
	return ts.isArrayLiteralExpression(node) ? [...node.elements] : [node];
}

function resolve(from: string, written: string): string | null {
	const path = written.replace(/^!/, '').split('?')[0] ?? '';
	if (path === '$lib' || path.startsWith('$lib/')) return `src/lib${path.slice('$lib'.length)}`;
	if (path.startsWith('/')) return path.slice(1);
	return path.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), path)) : null;
}

/** Names that a pure room must not reach for: they answer differently on each call, or belong to a browser. */
const IMPURE = new Set([
	...['crypto', 'fetch', 'indexedDB', 'localStorage', 'sessionStorage', 'caches', 'performance'],
	...['document', 'window', 'navigator', 'location', 'setTimeout', 'setInterval', 'queueMicrotask'],
	...['XMLHttpRequest', 'WebSocket', 'Worker', 'BroadcastChannel']
]);
const GLOBALS = new Set(['globalThis', 'self', 'window']);

/** What a file does that a pure one may not: `code (line)`. A local called `document`, say, is no offence. */
export function impurities(source: ts.SourceFile): string[] {
	const declared = new Set<string>();
	const collect = (node: ts.Node): void => {
		const name = (node as { name?: ts.Node }).name;
		const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
		const imports = ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);
		if ((declares || imports || ts.isFunctionDeclaration(node)) && name && ts.isIdentifier(name)) {
			declared.add(name.text);
		}
		ts.forEachChild(node, collect);
	};
	collect(source);

	const found: string[] = [];
	const report = (node: ts.Node, what: string) =>
		found.push(`${what} (line ${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1})`);
	const visit = (node: ts.Node): void => {
		if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
		const dateless = (ts.isNewExpression(node) && !node.arguments?.length) || ts.isCallExpression(node);
		if (dateless && node.expression.getText(source) === 'Date') report(node, 'the clock');
		if (ts.isPropertyAccessExpression(node)) {
			const owner = node.expression.getText(source);
			const name = node.name.text;
			if (owner === 'Date' && name === 'now') report(node, 'Date.now');
			else if (owner === 'Math' && name === 'random') report(node, 'Math.random');
			else if (GLOBALS.has(owner) && IMPURE.has(name)) report(node, `${owner}.${name}`);
			visit(node.expression);
			return;
		}
		if (ts.isPropertyAssignment(node)) return visit(node.initializer);
		const isKey = ts.isIdentifier(node) && (node.parent as { name?: ts.Node }).name === node;
		const isShorthand = isKey && ts.isShorthandPropertyAssignment(node.parent);
		if (
			ts.isIdentifier(node) &&
			(!isKey || isShorthand) &&
			IMPURE.has(node.text) &&
			!declared.has(node.text)
		) {
			report(node, node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}
