import { canonicalJson, type Json } from '$lib/core';

/** What expressions may call beside JSONata's own, for putting together what several sources say. Pure. */

/** Items that have something in common. */
interface Group {
	key: Json;
	count: number;
	items: Json[];
}

type Functions = Record<string, { signature: string; run: (...given: never[]) => unknown }>;

export const SYNTHESIS: Functions = {
	/** `$groupBy(list, "field")`: one entry for each value of a field, the biggest group first. */
	groupBy: { signature: '<a-s?:a>', run: groupBy },
	/** `$uniqueBy(list, "field")`: the first item of each value. */
	uniqueBy: {
		signature: '<a-s?:a>',
		run: (list: Json[], field?: string) => groupBy(list, field).flatMap(({ items }) => items.slice(0, 1))
	},
	/**
	 * `$seenInSeveral(list, "field", "source")`: groups whose items come from two sources or more. Items that do not have
	 * the field have nothing in common by that.
	 */
	seenInSeveral: {
		signature: '<a-ss:a>',
		run: (list: Json[], field: string, source: string) =>
			groupBy(list, field).flatMap((group) => {
				if (group.key === null || group.key === '') return [];
				const sources = groupBy(group.items, source).map(({ key }) => key);
				return sources.filter((one) => one !== null).length > 1 ? [{ ...group, sources }] : [];
			})
	}
};

function groupBy(list: readonly Json[], field?: string): Group[] {
	const groups = new Map<string, Group>();
	for (const item of list) {
		const key = field === undefined ? item : at(item, field);
		const group = groups.get(sameness(key)) ?? { key, count: 0, items: [] };
		group.count += 1;
		group.items.push(item);
		groups.set(sameness(key), group);
	}
	return [...groups.values()].sort((a, b) => b.count - a.count);
}

function at(item: Json, field: string): Json {
	if (item === null || typeof item !== 'object' || Array.isArray(item)) return null;
	return Object.hasOwn(item, field) ? (item[field] ?? null) : null;
}

/** Texts are the same whatever their case and spaces: sources write a name as they like. */
function sameness(value: Json): string {
	if (typeof value !== 'string') return canonicalJson(value);
	return JSON.stringify(value.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase());
}
