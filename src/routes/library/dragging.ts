/** What a row that is dragged carries: paths of the library as JSON. */
export const DRAGGED = 'application/x-galley-paths';

/** The paths that are dragged; null where something else is. */
export function draggedPaths(transfer: DataTransfer | null): string[] | null {
	const text = transfer?.getData(DRAGGED);
	if (!text) return null;
	try {
		const paths: unknown = JSON.parse(text);
		return Array.isArray(paths) && paths.every((path) => typeof path === 'string') ? paths : null;
	} catch {
		return null;
	}
}

/** Whether rows of the library are dragged; what they are, a browser says only when they are dropped. */
export function isDragged(transfer: DataTransfer | null): boolean {
	return transfer?.types.includes(DRAGGED) ?? false;
}
