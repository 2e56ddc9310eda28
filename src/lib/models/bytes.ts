/** `640 MB`, `1.1 GB`, in the person's own way of writing numbers. Nothing here is smaller. */
export function sayBytes(bytes: number): string {
	const say = (count: number, digits: number) =>
		count.toLocaleString(undefined, { maximumFractionDigits: digits });
	return bytes < 999_500_000 ? `${say(bytes / 1e6, 0)} MB` : `${say(bytes / 1e9, 1)} GB`;
}
