// The function of the guide's page on troubleshooting: GET /orders/{orderId}

// --8<-- [start:ids]
function log(event, context, more) {
  const asked = event.requestContext.requestId; // in the answer's headers
  const line = { requestId: context.awsRequestId, apiRequestId: asked };
  console.log(JSON.stringify({ ...line, ...more }));
}
// --8<-- [end:ids]

export async function handler(event, context) {
  const { orderId } = event.pathParameters;
  log(event, context, { orderId });
  return { statusCode: 200, body: JSON.stringify({ orderId }) };
}
