import type { Json } from '$lib/core';

/** What a step made in an earlier run of the same workflow. */
export interface EarlierOutput {
	runId: string;
	number: number;
	title: string;
	content: Json;
}

/** A number of an earlier run. */
export interface EarlierNumber {
	run: number;
	value: number;
}

/** The numbers that earlier outputs have at a path (names with points between), the oldest first. */
export function numbersAt(earlier: readonly EarlierOutput[], path: string): EarlierNumber[] {
	return earlier.flatMap(({ number, content }) => {
		const value = path.split('.').reduce<Json | undefined>(memberOf, content);
		return typeof value === 'number' && Number.isFinite(value) ? [{ run: number, value }] : [];
	});
}

/** Points of a line through values, from left to right in a box; a flat one lies in the middle. */
export function pointsOf(values: readonly number[], width: number, height: number): [number, number][] {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	return values.map((value, index) => {
		const x = values.length < 2 ? width / 2 : (index / (values.length - 1)) * width;
		const y = high === low ? height / 2 : height - ((value - low) / (high - low)) * height;
		return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
	});
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
		? value[name]
		: undefined;
}
