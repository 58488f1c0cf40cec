// The function of the guide's page on API Gateway: orders, behind either kind of API.

const ORDERS = { "o-1": "shipped", "o 2": "new" };

// --8<-- [start:read]
// Method and order id of an event of either format.
function read(event) {
  const { orderId } = event.pathParameters ?? {};
  if (event.version === "2.0") return [event.requestContext.http.method, orderId];
  // Only events of REST APIs have no version. Their path is as it was sent.
  const asSent = event.version === undefined && orderId;
  return [event.httpMethod, asSent ? decodeURIComponent(orderId) : orderId];
}
// --8<-- [end:read]

function answer(statusCode, value) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

// --8<-- [start:limit]
// The query's limit, or 25. Without a query there is null, or no such key.
function limit(event) {
  return event.queryStringParameters?.limit ?? "25";
}
// --8<-- [end:limit]

export const handler = async (event, context) => {
  const [method, orderId] = read(event);
  console.log(JSON.stringify({ requestId: context.awsRequestId, orderId }));
  if (!ORDERS[orderId]) return answer(404, { message: `there is no order ${orderId}` });
  return answer(200, { orderId, status: ORDERS[orderId], by: method, limit: limit(event) });
};
