import type { KnownNumber } from './known';
import type { LineNumber } from './lines';

const MOST_PAIRED = 40;

/** How far each field moved from what the last approved report states of it, in percent and as a difference. */
export function changes(fields: readonly KnownNumber[], earlier: readonly LineNumber[]): KnownNumber[] {
	return fields.flatMap((field) => {
		const named = earlier.filter(({ known }) => field.label !== '' && known.label === field.label);
		// A correction may have given the figure another name in the report; then every figure that it states is tried, and told.
		const against =
			named.length > 0 ? named : earlier.filter(({ known, former }) => known.label === '' && !former);
		return against.flatMap(({ known, decimals, chosen }): KnownNumber[] => {
			if (known.value === 0) return [];
			// Whole numbers are exact; an amount may have lost its cents in the report.
			const half = Number.isInteger(field.value) ? 0 : 0.5 * 10 ** -decimals;
			const place = `${known.evidence.document}, ${known.evidence.place}`;
			const doubt =
				named.length === 0
					? `; the last report names no “${field.label}”, so this is the number there that fits`
					: chosen
						? `; ${known.evidence.place} has other numbers too, the one nearest to “${field.label}” was taken`
						: '';
			const evidence = {
				...field.evidence,
				how: `${field.value} against ${known.value} (${place})${doubt}; ${field.evidence.how}`
			};
			const shared = { change: true, label: field.label, context: field.label, earlier: false, evidence };
			const rank = named.length > 0 ? 2 : 4;
			const percent = ((field.value - known.value) / Math.abs(known.value)) * 100;
			return [
				{ ...shared, value: percent, percent: true, slack: (half * 100) / Math.abs(known.value), rank },
				{ ...shared, value: field.value - known.value, percent: null, slack: half, rank: rank + 0.5 }
			];
		});
	});
}

/** One field as a part of another. Of very many fields nobody means every pair. */
export function shares(fields: readonly KnownNumber[]): KnownNumber[] {
	if (fields.length > MOST_PAIRED) return [];
	return fields.flatMap((part) =>
		fields.flatMap((whole): KnownNumber[] => {
			if (part === whole || whole.value === 0) return [];
			const evidence = { ...part.evidence, how: `${part.label} ÷ ${whole.label}; ${part.evidence.how}` };
			const ratio = part.value / whole.value;
			const { label } = part;
			const shared = { change: false, slack: 0, label, context: label, earlier: false, rank: 5, evidence };
			return [
				{ ...shared, value: ratio * 100, percent: true },
				{ ...shared, value: ratio, percent: false }
			];
		})
	);
}
