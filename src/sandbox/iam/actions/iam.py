"""What calls of IAM ask for.

Sources: Service Authorization Reference, *AWS Identity and Access Management (IAM)*; IAM User Guide, *IAM
identifiers* (an ARN has the path). That listing asks for the path, `…:role/`, is how IAM's refusals name it.
"""

from __future__ import annotations

from sandbox.iam.actions.ask import Ask, Call, Keys
from sandbox.iam.actions.rules import (
    MoreKeys,
    Resource,
    Rule,
    ask,
    copied,
    one,
    pass_role,
    plain,
    tagging,
    words,
)


def _entity(kind: str, parameter: str) -> Resource:
    """The ARN of an existing user, role, …, whose path is looked up."""

    def resource(call: Call) -> str:
        name = call.text(parameter)
        if name.startswith("arn:"):
            return name
        if not name and kind == "user":
            name = call.lookup.user_name()
        path = call.lookup.path(kind, call.account, name)
        return f"arn:aws:iam::{call.account}:{kind}{path}{name}"

    return resource


def _new(kind: str, name: str, path: str = "Path") -> Resource:
    """The ARN of what is being made, whose path the call says."""
    return lambda call: f"arn:aws:iam::{call.account}:{kind}{call.text(path) or '/'}{call.text(name)}"


def _listed(kind: str) -> Resource:
    return lambda call: f"arn:aws:iam::{call.account}:{kind}{call.text('PathPrefix') or '/'}"


def _provider(call: Call) -> str:
    host = call.text("Url").removeprefix("https://")
    return f"arn:aws:iam::{call.account}:oidc-provider/{host}"


def _saml_provider(call: Call) -> str:
    return f"arn:aws:iam::{call.account}:saml-provider/{call.text('Name')}"


def _service_role(call: Call) -> str:
    service = call.text("AWSServiceName")
    return f"arn:aws:iam::{call.account}:role/aws-service-role/{service}/*"


def _deleted_service_role(call: Call) -> str:
    """A deletion task is named `task/aws-service-role/SERVICE/ROLE/ID`."""
    path = call.text("DeletionTaskId").removeprefix("task/").rpartition("/")[0]
    return f"arn:aws:iam::{call.account}:role/{path}"


USER, ROLE, GROUP = (_entity(k, f"{k.title()}Name") for k in ("user", "role", "group"))
_PROFILE = _entity("instance-profile", "InstanceProfileName")
_CERTIFICATE = _entity("server-certificate", "ServerCertificateName")


def _requested(call: Call) -> Keys:
    """The boundary that the call gives a user or role."""
    return copied({"PermissionsBoundary": "iam:permissionsboundary"})(call)


def _bounded(entity: Resource) -> MoreKeys:
    """The boundary that a user or role has, and the policy that is attached or detached."""
    policy = copied({"PolicyArn": "iam:policyarn"})

    def keys(call: Call) -> Keys:
        holder = entity(call)
        boundary = call.lookup.boundary(holder) if holder.startswith("arn:aws:iam::") else ""
        return {**policy(call), "iam:permissionsboundary": (boundary,) if boundary else ()}

    return keys


def _create(kind: str, action: str, resource: Resource) -> Rule:
    """Creating something; tags given with it need the permission to tag."""

    def rule(call: Call) -> tuple[Ask, ...]:
        made = resource(call)
        return (
            ask(call, f"iam:{action}", made, _requested),
            *tagging(call, f"iam:Tag{kind}", made),
        )

    return rule


def _renamed(operation: str, kind: str, entity: Resource, parameter: str) -> Rule:
    """A new name or path needs the permission on the new ARN as well (API Reference, *UpdateUser*)."""

    def rule(call: Call) -> tuple[Ask, ...]:
        old = entity(call)
        name = call.text(f"New{parameter}") or call.text(parameter)
        path = call.text("NewPath") or call.lookup.path(kind, call.account, call.text(parameter))
        new = f"arn:aws:iam::{call.account}:{kind}{path}{name}"
        return tuple(ask(call, f"iam:{operation}", each) for each in dict.fromkeys((old, new)))

    return rule


def _add_role_to_profile(call: Call) -> tuple[Ask, ...]:
    return (
        ask(call, "iam:AddRoleToInstanceProfile", _PROFILE(call)),
        *pass_role(call, ROLE(call), "ec2.amazonaws.com"),
    )


_OF_USER = (
    "AttachUserPolicy ChangePassword CreateAccessKey CreateLoginProfile DeactivateMFADevice DeleteAccessKey"
    " DeleteLoginProfile DeleteSSHPublicKey DeleteSigningCertificate DeleteUser"
    " DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy EnableMFADevice GetLoginProfile"
    " GetMFADevice GetSSHPublicKey GetUser GetUserPolicy ListAccessKeys ListAttachedUserPolicies"
    " ListGroupsForUser ListMFADevices ListSSHPublicKeys ListSigningCertificates ListUserPolicies"
    " ListUserTags PutUserPermissionsBoundary PutUserPolicy ResyncMFADevice TagUser UntagUser"
    " UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateSigningCertificate UploadSSHPublicKey"
    " UploadSigningCertificate CreateServiceSpecificCredential DeleteServiceSpecificCredential"
    " ListServiceSpecificCredentials ResetServiceSpecificCredential UpdateServiceSpecificCredential"
)
_OF_ROLE = (
    "AttachRolePolicy DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DeleteServiceLinkedRole"
    " DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole"
    " ListRolePolicies ListRoleTags PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole"
    " UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
)
_BOUNDED_USERS = (
    "AttachUserPolicy DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy PutUserPolicy"
)
_BOUNDED_ROLES = (
    "AttachRolePolicy DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetRole"
    " PutRolePolicy UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"
)
_POLICY = copied({"PolicyArn": "iam:policyarn"})

RULES: dict[str, Rule] = {
    **plain(
        "iam",
        {
            USER: _OF_USER,
            ROLE: _OF_ROLE,
            GROUP: (
                "AddUserToGroup AttachGroupPolicy DeleteGroup DeleteGroupPolicy DetachGroupPolicy GetGroup"
                " GetGroupPolicy ListAttachedGroupPolicies ListGroupPolicies PutGroupPolicy"
                " RemoveUserFromGroup"
            ),
            _PROFILE: (
                "DeleteInstanceProfile GetInstanceProfile ListInstanceProfileTags"
                " RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile"
            ),
            "{PolicyArn}": (
                "CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion"
                " ListEntitiesForPolicy ListPolicyTags ListPolicyVersions SetDefaultPolicyVersion TagPolicy"
                " UntagPolicy"
            ),
            "{OpenIDConnectProviderArn}": (
                "AddClientIDToOpenIDConnectProvider DeleteOpenIDConnectProvider GetOpenIDConnectProvider"
                " ListOpenIDConnectProviderTags RemoveClientIDFromOpenIDConnectProvider"
                " TagOpenIDConnectProvider UntagOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint"
            ),
            "{SAMLProviderArn}": (
                "DeleteSAMLProvider GetSAMLProvider ListSAMLProviderTags TagSAMLProvider UntagSAMLProvider"
                " UpdateSAMLProvider"
            ),
            "{SerialNumber}": "DeleteVirtualMFADevice ListMFADeviceTags TagMFADevice UntagMFADevice",
            "{PolicySourceArn}": "GetContextKeysForPrincipalPolicy SimulatePrincipalPolicy",
            "{Arn}": ("GenerateServiceLastAccessedDetails ListPoliciesGrantingServiceAccess"),
            _CERTIFICATE: (
                "DeleteServerCertificate GetServerCertificate ListServerCertificateTags"
                " TagServerCertificate UntagServerCertificate"
            ),
            _deleted_service_role: "GetServiceLinkedRoleDeletionStatus",
            _listed("user"): "ListUsers",
            _listed("role"): "ListRoles",
            _listed("group"): "ListGroups",
            _listed("policy"): "ListPolicies",
            _listed("instance-profile"): "ListInstanceProfiles",
            _listed("server-certificate"): "ListServerCertificates",
            _listed("mfa"): "ListVirtualMFADevices",
            _listed("oidc-provider"): "ListOpenIDConnectProviders",
            _listed("saml-provider"): "ListSAMLProviders",
            "*": (
                "CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy GenerateCredentialReport"
                " GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy"
                " GetAccountSummary GetContextKeysForCustomPolicy GetCredentialReport"
                " GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities"
                " ListAccountAliases SetSecurityTokenServicePreferences SimulateCustomPolicy"
                " UpdateAccountPasswordPolicy"
            ),
        },
        {
            **dict.fromkeys(_BOUNDED_USERS.split(), _bounded(USER)),
            **dict.fromkeys(_BOUNDED_ROLES.split(), _bounded(ROLE)),
            **dict.fromkeys(("AttachGroupPolicy", "DetachGroupPolicy"), _POLICY),
            **dict.fromkeys(("PutRolePermissionsBoundary", "PutUserPermissionsBoundary"), _requested),
        },
    ),
    "CreateUser": _create("User", "CreateUser", _new("user", "UserName")),
    "CreateRole": _create("Role", "CreateRole", _new("role", "RoleName")),
    "CreatePolicy": _create("Policy", "CreatePolicy", _new("policy", "PolicyName")),
    "CreateGroup": one("iam:CreateGroup", _new("group", "GroupName")),
    "CreateInstanceProfile": _create(
        "InstanceProfile", "CreateInstanceProfile", _new("instance-profile", "InstanceProfileName")
    ),
    "UploadServerCertificate": _create(
        "ServerCertificate", "UploadServerCertificate", _new("server-certificate", "ServerCertificateName")
    ),
    "CreateVirtualMFADevice": _create(
        "MFADevice", "CreateVirtualMFADevice", _new("mfa", "VirtualMFADeviceName")
    ),
    "CreateOpenIDConnectProvider": _create("OpenIDConnectProvider", "CreateOpenIDConnectProvider", _provider),
    "CreateSAMLProvider": _create("SAMLProvider", "CreateSAMLProvider", _saml_provider),
    "CreateServiceLinkedRole": one(
        "iam:CreateServiceLinkedRole", _service_role, copied({"AWSServiceName": "iam:awsservicename"})
    ),
    "AddRoleToInstanceProfile": _add_role_to_profile,
    "UpdateUser": _renamed("UpdateUser", "user", USER, "UserName"),
    "UpdateGroup": _renamed("UpdateGroup", "group", GROUP, "GroupName"),
    "UpdateServerCertificate": _renamed(
        "UpdateServerCertificate", "server-certificate", _CERTIFICATE, "ServerCertificateName"
    ),
}

REFUSED = words(
    # Delegation, organisations, outbound federation and account properties are not modelled.
    "AcceptDelegationRequest AcquireRole AssociateDelegationRequest CreateDelegationRequest"
    " GetDelegationRequest GetHumanReadableSummary ListDelegationRequests RejectDelegationRequest"
    " SendDelegationToken UpdateDelegationRequest GetRoleTemplateVersion GetAccountProperties"
    " PutAccountProperties DisableOrganizationsRootCredentialsManagement"
    " DisableOrganizationsRootSessions EnableOrganizationsRootCredentialsManagement"
    " EnableOrganizationsRootSessions GenerateOrganizationsAccessReport GetOrganizationsAccessReport"
    " ListOrganizationsFeatures DisableOutboundWebIdentityFederation"
    " EnableOutboundWebIdentityFederation GetOutboundWebIdentityFederationInfo"
)
