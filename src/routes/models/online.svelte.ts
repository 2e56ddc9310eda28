/** Whether the browser believes that there is a network. Make it while a component is set up. */
export function online(): { readonly current: boolean } {
	let current = $state(navigator.onLine);
	$effect(() => {
		const look = () => {
			current = navigator.onLine;
		};
		addEventListener('online', look);
		addEventListener('offline', look);
		return () => {
			removeEventListener('online', look);
			removeEventListener('offline', look);
		};
	});
	return {
		get current() {
			return current;
		}
	};
}
