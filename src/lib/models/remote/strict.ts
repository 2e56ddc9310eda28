/**
 * May a JSON schema be sent as `strict`? Servers that know that mode refuse a schema in which some object allows more
 * properties than it names, or does not require all of them.
 */
export function isStrictSchema(schema: unknown): boolean {
	if (Array.isArray(schema)) return schema.every(isStrictSchema);
	if (schema === null || typeof schema !== 'object') return true;
	const node = schema as Record<string, unknown>;
	const { properties, required, additionalProperties } = node;
	if (node['type'] === 'object' || properties !== undefined) {
		const names = Object.keys(properties ?? {});
		const needed = Array.isArray(required) ? required : [];
		if (additionalProperties !== false || names.some((name) => !needed.includes(name))) return false;
	}
	const inner = Object.entries(node).filter(([keyword]) => keyword !== 'enum' && keyword !== 'const');
	return inner.every(([, value]) => isStrictSchema(value));
}
