"""What calls on HTTP APIs ask for.

Sources: Service Authorization Reference, *Amazon API Gateway Management V2*; the paths are those of the
service model, without `/v2`.
"""

from __future__ import annotations

from sandbox.iam.actions.rest_paths import operations, verb_on_path, with_role
from sandbox.iam.actions.rules import Rule, words

REFUSED = words(
    # Portals and routing rules, whose actions are not verbs.
    "CreatePortal CreatePortalProduct CreateProductPage CreateProductRestEndpointPage CreateRoutingRule"
    " DeletePortal DeletePortalProduct DeletePortalProductSharingPolicy DeleteProductPage"
    " DeleteProductRestEndpointPage DeleteRoutingRule DisablePortal GetPortal GetPortalProduct"
    " GetPortalProductSharingPolicy GetProductPage GetProductRestEndpointPage GetRoutingRule"
    " ListPortalProducts ListPortals ListProductPages ListProductRestEndpointPages ListRoutingRules"
    " PreviewPortal PublishPortal PutPortalProductSharingPolicy PutRoutingRule UpdatePortal"
    " UpdatePortalProduct UpdateProductPage UpdateProductRestEndpointPage"
)

RULES: dict[str, Rule] = {
    **{name: verb_on_path for name in operations("apigatewayv2") if name not in REFUSED},
    "CreateApi": with_role("CredentialsArn"),
    "UpdateApi": with_role("CredentialsArn"),
    "CreateIntegration": with_role("CredentialsArn"),
    "UpdateIntegration": with_role("CredentialsArn"),
    "CreateAuthorizer": with_role("AuthorizerCredentialsArn"),
    "UpdateAuthorizer": with_role("AuthorizerCredentialsArn"),
}
