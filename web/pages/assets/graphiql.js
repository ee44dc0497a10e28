// Starts GraphiQL on the endpoint the page names; knows nothing of the schema behind it.
// A link may carry ?query= and ?variables=, shown in the editor and never run by themselves.
{
  const page = document.getElementById("graphiql");
  const { endpoint, example } = page.dataset;
  const link = new URLSearchParams(window.location.search);

  const stream = new URL(endpoint, window.location.href);
  stream.protocol = stream.protocol === "https:" ? "wss:" : "ws:";

  const fetcher = GraphiQL.createFetcher({
    url: endpoint,
    subscriptionUrl: stream.href,
    enableIncrementalDelivery: false, // the server sends no multipart answers
    headers: { Accept: "application/graphql-response+json, application/json;q=0.9" },
  });

  ReactDOM.createRoot(page).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: example,
      query: link.get("query") ?? undefined,
      variables: link.get("variables") ?? undefined,
      inputValueDeprecation: true,
    }),
  );
}
