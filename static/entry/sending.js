// One request with what was typed: what the portal says of it, or why it could not be asked.

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

export async function send(address, typed) {
  let response;
  try {
    response = await fetch(address, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ typed }),
    });
  } catch {
    return { trouble: "offline" };
  }
  if (response.status >= 500 || response.status === 429) return { trouble: "offline" };
  if (response.status === 401 || response.status === 403) return { trouble: "signedOut" };
  const told = await response.json().catch(() => ({}));
  return response.ok ? { told } : { refusal: told.detail ?? "" };
}
