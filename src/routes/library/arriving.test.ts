import { expect, test } from 'vitest';
import { dropped } from './arriving';

// What a browser hands out of a drop; a test cannot make the system refuse a file.

const file = (name: string, isRefused = false) => ({
	...{ isFile: true, name },
	file: (take: (file: File) => void, refuse: () => void) =>
		isRefused ? refuse() : take(new File(['x'], name))
});

function folder(name: string, inside: unknown[], isRefused = false) {
	const lists = [inside.slice(0, 2), inside.slice(2), []];
	const readEntries = (take: (some: unknown) => void, refuse: () => void) =>
		isRefused ? refuse() : take(lists.shift());
	return { isFile: false, name, createReader: () => ({ readEntries }) };
}

const transfer = (...entries: unknown[]) =>
	({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) }) as unknown as DataTransfer;

test('everything in dropped folders comes along with its place; what is not handed out is told', async () => {
	const inner = folder('In', [file('c.txt'), file('gone.txt', true), file('.DS_Store')]);
	const { files, unread } = await dropped(
		transfer(file('a.txt'), folder('Out', [file('b.txt'), inner, folder('Locked', [], true)])),
		'Here'
	);
	expect(files.map(({ path }) => path)).toEqual(['Here/a.txt', 'Here/Out/b.txt', 'Here/Out/In/c.txt']);
	expect(unread).toEqual(['Here/Out/In/gone.txt', 'Here/Out/Locked']);
});
