import type { Json } from './json';

const LONGEST_NAME = 60;
const NAMING = ['title', 'name', 'label', 'subject', 'id', 'key'];

/** A short name for an item of a list: itself, or the member that names things; empty when nothing does. */
export function nameOfItem(value: Json | undefined): string {
	const named = typeof value === 'object' && value !== null ? namedIn(value) : value;
	if (typeof named !== 'string' && typeof named !== 'number') return '';
	const text = String(named).trim().split('\n')[0] ?? '';
	return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}

function namedIn(value: Json[] | { [key: string]: Json }): Json | undefined {
	if (Array.isArray(value)) return value.find((one) => typeof one === 'string' || typeof one === 'number');
	const isName = (one: Json | undefined) =>
		(typeof one === 'string' && one !== '') || typeof one === 'number';
	const member = NAMING.find((name) => isName(value[name]));
	return member === undefined ? Object.values(value).find(isName) : value[member];
}

/** The name of a member for people: `basket_size` and `basketSize` read `Basket size`. */
export function sayName(name: string): string {
	const words = name
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/[_-]+/g, ' ')
		.trim();
	return words ? words.charAt(0).toUpperCase() + words.slice(1) : name;
}
